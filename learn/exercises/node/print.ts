/** What `npm run learn` prints. */
import { styleText } from 'node:util';
import type { CheckResult } from '../run-checks.js';
import { type ExerciseFiles, short, titleOf } from './files.js';
import { lineIn, type Outcome } from './run-apart.js';

/** All checks with a tick or a cross, why the first failed, and what to do next. `file` is what was run. */
export function report(files: ExerciseFiles, file: string, { results, stopped }: Outcome): string {
  const passed = results.filter(({ problem }) => problem === null).length;
  const first = results.find(({ problem }) => problem !== null);
  const lines = results.flatMap((result) => [
    `  ${mark(result)} ${result.name}`,
    ...(result === first && stopped === null ? reasonOf(result, file) : []),
  ]);
  if (stopped !== null) lines.push(`    ${stopped}`);
  const isSolved = first === undefined && stopped === null;
  const where = file === files.mine ? `Edit ${short(file)}` : `Run ${short(file)}`;
  const end = isSolved
    ? 'Solved.'
    : `${passed} of ${results.length} pass. ${where}; ${short(files.text)} tells what is asked.`;
  return [`${files.name}: ${titleOf(files)}`, ...lines, end, ''].join('\n');
}

function mark({ problem }: CheckResult): string {
  return problem === null ? coloured('green', '✓') : coloured('red', '✗');
}

function reasonOf({ problem }: CheckResult, file: string): string[] {
  if (problem === null) return [];
  const place = lineIn(file, problem.stack);
  const at = place === null ? '' : ` (${place})`;
  return `${problem.message}${at}`.split('\n').map((line) => `    ${line}`);
}

function coloured(colour: 'green' | 'red', text: string): string {
  return process.stdout.isTTY && process.env.NO_COLOR === undefined ? styleText(colour, text) : text;
}

/** A line of the list; `outcome` is null for what was not begun. */
export function listed(files: ExerciseFiles, outcome: Outcome | null): string {
  const passed = outcome?.results.filter(({ problem }) => problem === null).length ?? 0;
  const total = outcome?.results.length ?? 0;
  const isSolved = outcome !== null && outcome.stopped === null && passed === total;
  const state =
    outcome === null ? '  not begun' : isSolved ? '✓ solved' : `✗ ${passed} of ${total} checks pass`;
  return `${files.name.padEnd(24)}${titleOf(files).padEnd(48)}${state}\n`;
}
