/** Chapter 13, exercise 1: the checks. */
import { Generator } from '../../src/index.js';
import { type Check, holds } from '../exercises/check.js';
import { runThreads, type Steps, Words } from './simulation.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  arrive(words: Words, threads: number): Steps;
}

/** Far more than any order below takes that gets on at all. */
const MOST_STEPS = 20_000;
const ROUNDS = 4;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'one thread alone waits for nobody',
    run({ arrive }) {
      inOrder(arrive, 1, () => 0, 'alone');
    },
  },
  {
    name: 'nobody passes before all have arrived, each thread fifty steps in turn',
    run({ arrive }) {
      eachInTurn(arrive, 50, 'each fifty steps in turn');
    },
  },
  {
    name: 'nor where each takes a step in turn',
    run({ arrive }) {
      eachInTurn(arrive, 1, 'each a step in turn');
    },
  },
  {
    name: 'nor where threads run far ahead and fall far behind',
    run({ arrive }) {
      for (const longest of [5, 20, 60]) tryOrders(arrive, longest, 'in runs of many steps');
    },
  },
  {
    name: 'nor in any of a thousand orders at random',
    run({ arrive }) {
      for (let i = 0; i < 5; i++) tryOrders(arrive, 1, 'in an order at random', i);
    },
  },
];

/** @param run how many steps each takes before the next has its turn */
function eachInTurn(arrive: Exercise['arrive'], run: number, how: string): void {
  for (const threads of [2, 3]) {
    let steps = 0;
    inOrder(arrive, threads, (left) => Math.floor(steps++ / run) % left, how);
  }
}

/** A hundred orders for each of 2 and 3 threads, in which a thread that is chosen takes up to `longest` steps. */
function tryOrders(arrive: Exercise['arrive'], longest: number, how: string, seed = 0): void {
  const random = new Generator(100 * seed + longest);
  for (const threads of [2, 3]) {
    for (let i = 0; i < 100; i++) {
      let [chosen, stays] = [0, 0];
      const choose = (left: number) => {
        if (stays-- > 0 && chosen < left) return chosen;
        stays = random.integer(longest);
        chosen = random.integer(left);
        return chosen;
      };
      inOrder(arrive, threads, choose, how);
    }
  }
}

/** Runs threads through a few rounds and watches who passes when. */
function inOrder(
  arrive: Exercise['arrive'],
  threads: number,
  choose: (left: number) => number,
  how: string,
): void {
  const words = new Words(2);
  const arrived = new Array<number>(threads).fill(0);
  const passed = new Array<number>(threads).fill(0);
  function* thread(own: number): Steps {
    for (let round = 1; round <= ROUNDS; round++) {
      arrived[own] = round;
      yield* arrive(words, threads);
      const late = arrived.findIndex((each) => each < round);
      const message = `thread ${own} passed round ${round} before thread ${late} had arrived at it, ${how}`;
      holds(late < 0, `${message}; what tells a thread of this round from one of the next?`);
      passed[own] = round;
    }
  }
  const all = Array.from({ length: threads }, (_, own) => thread(own));
  const areThrough = runThreads(all, choose, MOST_STEPS);
  const state = passed.map((each, own) => `thread ${own} ${each}`).join(', ');
  const hint = 'who waits, for which value of which word, and is that value sure to be seen?';
  holds(areThrough, `all wait for each other for ever, ${how}; rounds passed: ${state}; ${hint}`);
}
