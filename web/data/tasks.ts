/** Toy tasks: texts of short lines, each a question that nobody can guess and the one right answer to it. */
import { Generator } from '../../src/index.js';
import type { DataName } from '../setup/setup.js';

export type TaskName = Exclude<DataName, 'moby-dick' | 'own'>;

export interface Task {
  /** What ends the question. */
  readonly mark: string;
  /** All lines there are, equally likely and equally long, each with its line break. */
  lines(): readonly string[];
}

const LETTERS = 4;

export const TASKS: Readonly<Record<TaskName, Task>> = {
  copy: task('>', words, (question) => question),
  sort: task('>', words, (question) => [...question].sort().join('')),
  add: task('=', sums, (question) => {
    const [a, b] = question.split('+');
    return String(Number(a) + Number(b)).padStart(3, '0');
  }),
};

/** Lines of a text: far more than a model can learn by heart within some thousand steps. */
const LINES = 20_000;

/** Always the same for the same seed. */
export function taskText(task: Task, seed: number): string {
  const lines = task.lines();
  const generator = new Generator(seed);
  return Array.from({ length: LINES }, () => lines[generator.integer(lines.length)]).join('');
}

function task(mark: string, questions: () => string[], answer: (question: string) => string): Task {
  return { mark, lines: () => questions().map((question) => `${question}${mark}${answer(question)}\n`) };
}

/** `aaaa` to `hhhh`. */
function words(): string[] {
  const letters = [...'abcdefgh'];
  let all = [''];
  for (let i = 0; i < LETTERS; i++) all = all.flatMap((word) => letters.map((letter) => word + letter));
  return all;
}

/** `00+00` to `99+99`. */
function sums(): string[] {
  const numbers = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
  return numbers.flatMap((a) => numbers.map((b) => `${a}+${b}`));
}
