/** `<learn-exercise name="NN-name">`: an exercise of the path, written and checked in the page. */
import { placeOf } from '../../learn/exercises/exercises.js';
import type { CheckResult } from '../../learn/exercises/run-checks.js';
import { CodePanel, part } from './panel.js';
import { request } from './run/runner.js';
import { forget, recall, remember } from './written.js';

const TEXTS = import.meta.glob<string>('../../learn/[0-9]*/{exercise,solution}*.ts', {
  query: '?raw',
  import: 'default',
});

export class LearnExercise extends HTMLElement {
  private results = part('ul', 'results');

  connectedCallback(): void {
    if (this.childElementCount === 0) void this.build(this.getAttribute('name') ?? '');
  }

  private async build(name: string): Promise<void> {
    const { chapter, suffix } = placeOf(name);
    const delivered = await textOf(chapter, `exercise${suffix}`);
    const panel = new CodePanel(
      delivered,
      `your solution of exercise ${name}`,
      () => void this.check(name, panel),
      (text) => (text === delivered ? forget(name) : remember(name, text)),
    );
    panel.addButton('Check', () => void this.check(name, panel), 'primary');
    panel.addButton('Reset', () => {
      if (panel.text() === delivered || confirm('Throw away what you wrote?')) panel.reset();
    });
    this.append(panel.element, await solutionOf(chapter, suffix));
    await panel.edit(null, recall(name) ?? delivered);
  }

  private async check(exercise: string, panel: CodePanel): Promise<void> {
    panel.begin();
    this.results = part('ul', 'results');
    const results: CheckResult[] = [];
    await request({ kind: 'check', text: panel.text(), exercise }, (report) => {
      if (report.kind === 'printed') panel.print(report.text);
      if (report.kind === 'failed') panel.print(report.message, 'problem');
      if (report.kind !== 'checked') return;
      results.push(report.result);
      this.results.append(lineOf(report.result));
    });
    panel.add(this.results, verdict(results));
    panel.end();
  }
}

function lineOf({ name, problem }: CheckResult): HTMLLIElement {
  const line = part('li', problem === null ? 'passed' : 'failed');
  line.textContent = `${problem === null ? '✓' : '✗'} ${name}`;
  if (problem === null) return line;
  const why = part('div', 'why');
  why.textContent = problem.message;
  line.append(why);
  return line;
}

function verdict(results: readonly CheckResult[]): HTMLParagraphElement {
  const passed = results.filter(({ problem }) => problem === null).length;
  const line = part('p', 'verdict');
  const isSolved = passed === results.length && passed > 0;
  line.textContent = isSolved
    ? `Solved: all ${passed} checks pass.`
    : `${passed} of ${results.length} checks pass.`;
  return line;
}

/** The solution, two clicks away. */
async function solutionOf(chapter: string, suffix: string): Promise<HTMLDetailsElement> {
  const details = part('details', 'solution');
  const summary = document.createElement('summary');
  summary.textContent = 'Show solution';
  const show = document.createElement('button');
  show.type = 'button';
  show.textContent = 'Yes, show it';
  const ask = document.createElement('p');
  ask.append('You learn more by trying first; the hints above lead a part of the way. ', show);
  show.addEventListener('click', async () => {
    const text = part('pre', 'text');
    text.tabIndex = 0;
    text.textContent = await textOf(chapter, `solution${suffix}`);
    ask.replaceWith(text);
  });
  details.append(summary, ask);
  return details;
}

async function textOf(chapter: string, file: string): Promise<string> {
  const load = TEXTS[`../../learn/${chapter}/${file}.ts`];
  if (load === undefined) throw new Error(`there is no ${file} of chapter ${chapter}`);
  return load();
}
