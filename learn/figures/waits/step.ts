/** A training step of three threads: what stands between its waits, and who owns which parameter of a small nGPT. */
import { type Backend, createModel, createOptimizer, Generator, modelConfig } from '../../../src/index.js';
import { ownersOf, parametersOf } from '../../../src/training/loop/team.js';
import { computed } from '../base/engine.js';

export const MEMBERS = [0, 1, 2] as const;
export type MemberIndex = (typeof MEMBERS)[number];
/** Who is late in the picture at first. */
export const LATE: MemberIndex = 2;

/** A row of the table in docs/learn/13-threads-and-gpu.md, in its words. */
export interface Wait {
  readonly method: string;
  readonly before: string;
  readonly after: string;
  readonly protects: string;
}

export const WAITS: readonly Wait[] = [
  {
    method: 'next',
    before: 'member 0 writes what is next: step, evaluation, save',
    after: 'all read it',
    protects: 'that all do the same',
  },
  {
    method: 'sumGradients',
    before: 'each lays out its gradients, and its loss',
    after: 'owners add up theirs',
    protects: 'gradients from being read before they are there',
  },
  {
    method: 'clipScale',
    before: 'an owner has read what it needs of others',
    after: 'gradients are freed, owners update',
    protects: 'gradients from being freed while they are read',
  },
  {
    method: 'shareParameters',
    before: 'owners have updated',
    after: 'the others copy',
    protects: 'parameters from being copied before they are new',
  },
];

export interface OwnedParameter {
  readonly name: string;
  readonly size: number;
  readonly owner: number;
}

const CONFIG = { vocabSize: 27, blockSize: 16, nLayer: 2, nHead: 2, nEmbd: 16 };

/** The parameters of a very small nGPT in the order of its optimizer, handed out as a team of three does it. */
export function ownedParameters(backend: Backend): OwnedParameter[] {
  return computed(backend, () => {
    const model = createModel(modelConfig(CONFIG), new Generator(1));
    const optimizer = createOptimizer(model, { learningRate: 0.01 });
    const named = parametersOf(optimizer);
    const parameters = named.map(([, parameter]) => parameter);
    const owners = ownersOf(parameters, MEMBERS.length);
    const owned = named.map(([name, { size }], i) => ({ name, size, owner: owners[i] }));
    optimizer.dispose();
    model.dispose();
    return owned;
  });
}

/** How many numbers a member owns. */
export function loadOf(owned: readonly OwnedParameter[], member: MemberIndex): number {
  return owned.reduce((sum, { size, owner }) => sum + (owner === member ? size : 0), 0);
}

/** What a member does between two waits. */
export type Work = 'say' | 'compute' | 'layOut' | 'add' | 'update' | 'copy';

interface Section {
  /** How long the last to arrive takes. Drawn, not measured. */
  readonly length: number;
  /** What is done one after the other, and for which part of the time. */
  readonly works: readonly (readonly [work: Work, part: number])[];
}

/** Before the first wait, between two, and after the last: there a step ends as the one before it did. */
const COPYING: Section = {
  length: 4,
  works: [
    ['copy', 0.65],
    ['say', 0.35],
  ],
};
const SECTIONS: readonly Section[] = [
  COPYING,
  {
    length: 10,
    works: [
      ['compute', 0.75],
      ['layOut', 0.25],
    ],
  },
  { length: 4, works: [['add', 1]] },
  { length: 4, works: [['update', 1]] },
  COPYING,
];
/** How long the others take, where the last takes 1: the one after it in their ring, and the next. */
const PACES = [1, 0.55, 0.75] as const;

/** A stretch of a member's time; it waits where there is no work. */
export interface Stretch {
  readonly member: MemberIndex;
  readonly section: number;
  readonly work: Work | 'wait';
  readonly from: number;
  readonly to: number;
}

/** When all are there, for each wait, and at the end for the first wait of the next step. */
export const BARRIERS: readonly number[] = SECTIONS.map((_, i) =>
  SECTIONS.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0),
);

/** What each member does when, if `late` is the last to arrive at every wait. */
export function stretchesOf(late: MemberIndex): Stretch[] {
  return MEMBERS.flatMap((member) => {
    const pace = PACES[(member - late + MEMBERS.length) % MEMBERS.length];
    return SECTIONS.flatMap(({ length, works }, section) => {
      const end = BARRIERS[section];
      // Only member 0 says what is next.
      const own = works.filter(([work]) => work !== 'say' || member === 0);
      const whole = own.reduce((sum, [, part]) => sum + part, 0);
      let from = end - length;
      const done = own.map(([work, part]): Stretch => {
        const begin = from;
        from += (length * pace * part) / whole;
        return { member, section, work, from: begin, to: from };
      });
      return pace === 1 ? done : [...done, { member, section, work: 'wait', from, to: end }];
    });
  });
}

export interface WaitsState {
  readonly owned: readonly OwnedParameter[];
  readonly late: MemberIndex;
  /** 0 is the whole step, and then one of its waits after the other. */
  readonly step: number;
}

const DRAWN = 'How long things take is drawn, not measured.';

export function sentence({ owned, late, step }: WaitsState): string {
  const others = MEMBERS.filter((member) => member !== late).join(' and ');
  if (step === 0) {
    const loads = MEMBERS.map((member) => loadOf(owned, member).toLocaleString('en-US'));
    return `Three threads make one step and meet at four waits, where members ${others} always wait for member ${late}. Of the numbers of a small nGPT, members 0, 1 and 2 own ${loads[0]}, ${loads[1]} and ${loads[2]}. ${DRAWN}`;
  }
  const { method, before, after, protects } = WAITS[step - 1];
  return `Wait ${step} of ${WAITS.length}, ${method}. Before it: ${before}. After it: ${after}. So the wait protects ${protects}. Members ${others} wait for member ${late}. ${DRAWN}`;
}
