/** Chapter 12, exercise 2: the checks. */
import { type Check, equal, holds } from '../exercises/check.js';
import { Lanes } from './lanes.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  dot(machine: Lanes, a: number, b: number, length: number): number;
}

/** Far enough apart for every length here. */
const [A, B, END] = [3, 60, 120];

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'a·b of eight elements',
    run({ dot }) {
      equal(dot(machineWith(8, 0), A, B, 8), wanted(8), 'a·b of 8 elements');
    },
  },
  {
    name: 'a·b of any number of elements',
    run({ dot }) {
      for (const length of [0, 1, 2, 3, 4, 5, 7, 30]) {
        const hint = 'what is left of the last four? mask the lanes that are not yours';
        equal(
          dot(machineWith(length, 1000), A, B, length),
          wanted(length),
          `a·b of ${length} elements`,
          hint,
        );
      }
    },
  },
  {
    name: 'whatever stands behind the last element',
    run({ dot }) {
      for (const stray of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const hint = `0 · ${stray} is NaN: mask before you multiply, and on both sides`;
        equal(dot(machineWith(6, stray), A, B, 6), wanted(6), `a·b of 6 elements before ${stray}`, hint);
      }
    },
  },
  {
    name: 'it takes four instructions for every four elements',
    run({ dot }) {
      const machine = machineWith(40, Number.NaN);
      dot(machine, A, B, 40);
      const most = 4 * 10 + 4;
      holds(
        machine.instructions <= most,
        `40 elements took ${machine.instructions} instructions, wanted at most ${most}`,
      );
      holds(
        machine.instructions >= 40,
        `40 elements took ${machine.instructions} instructions of the machine, where it needs 40`,
      );
    },
  },
];

/** Small whole numbers, whose sums are exact; `stray` in all other places. */
function machineWith(length: number, stray: number): Lanes {
  const memory = new Float32Array(END).fill(stray);
  for (let i = 0; i < length; i++) {
    memory[A + i] = left(i);
    memory[B + i] = right(i);
  }
  return new Lanes(memory);
}

function left(i: number): number {
  return (i % 5) - 2;
}

function right(i: number): number {
  return 3 + (i % 7);
}

function wanted(length: number): number {
  return Array.from({ length }, (_, i) => left(i) * right(i)).reduce((sum, each) => sum + each, 0);
}
