/** What each model writes after the visitor's words, and which characters it thinks of next. */
import type { Architecture } from '../../../src/ngpt/index.js';
import type { App } from '../../app.js';
import { element, write } from '../../dom.js';
import { NAMES } from '../../palette.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import { Asking } from '../asking.js';
import { beginningIn } from '../beginning.js';
import type { Panel, PanelKind } from '../panel.js';
import { bars } from './bars.js';

export const WRITING: PanelKind = {
  title: 'What they write',
  sentence:
    'Both go on from your words, one character after the other; the bars are what each thinks comes next, now.',
  pause: 1500,
  build,
};

/** Characters that are written at once. */
const LENGTH = 300;

/** Where one of the models writes. */
interface Column {
  readonly node: HTMLElement;
  readonly text: HTMLElement;
  readonly next: HTMLElement;
}

function build(host: HTMLElement, app: App): Panel {
  const prompt = element('textarea', { id: 'prompt', rows: 2, maxLength: 2000, onchange: () => guess() });
  const temperature = element('input', {
    ...{ type: 'range', id: 'temperature', min: '0', max: '2', step: '0.1', value: '0.8' },
    oninput: () => write(degree, temperature.value),
  });
  const degree = element('output', { htmlFor: 'temperature' }, temperature.value);
  const problem = element('p', { className: 'problem', role: 'alert', id: 'writing-problem' });
  const button = element('button', { type: 'button', id: 'write', onclick: () => writeBoth() }, 'Write');
  const columns = { ngpt: columnOf('ngpt'), gpt: columnOf('gpt') };
  const guessing = new Asking(app, problem);
  const writing = new Asking(app, problem);
  let seed = 0;

  const writeBoth = () => {
    seed++;
    const text = prompt.value;
    writing.each(async (arch, run, isCurrent) => {
      columns[arch].text.textContent = text;
      const question = { text, length: LENGTH, temperature: temperature.valueAsNumber, seed };
      await run.ask<'write'>(arch, { kind: 'write', ...question }, (piece) => {
        if (isCurrent()) columns[arch].text.append(piece);
      });
    });
  };
  const guess = () =>
    guessing.each(async (arch, run, isCurrent) => {
      const next = await run.ask<'next'>(arch, { kind: 'next', text: prompt.value });
      if (isCurrent()) columns[arch].next.replaceChildren(bars(arch, next));
    });

  const fill = beginningIn(prompt, app);

  host.append(
    element('label', { htmlFor: 'prompt' }, 'Begin with'),
    prompt,
    element(
      'div',
      { className: 'row' },
      button,
      element('label', { htmlFor: 'temperature' }, 'temperature'),
      temperature,
      degree,
    ),
    problem,
    element('div', { className: 'columns' }, ...ARCHITECTURES.map((arch) => columns[arch].node)),
  );
  return {
    draw(news) {
      if (news.has('run')) {
        for (const { text, next } of Object.values(columns)) {
          text.replaceChildren();
          next.replaceChildren();
        }
      }
      fill();
      guess();
    },
  };
}

function columnOf(arch: Architecture): Column {
  const text = element('pre', { id: `written-${arch}`, className: 'written', tabIndex: 0 });
  const next = element('div', { id: `next-${arch}` });
  const node = element('div', { className: arch }, element('h3', {}, NAMES[arch]), next, text);
  text.setAttribute('role', 'region');
  text.setAttribute('aria-label', `What ${NAMES[arch]} writes`);
  return { node, text, next };
}
