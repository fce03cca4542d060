/** A line of the table of runs. */
import type { Architecture } from '../../src/ngpt/index.js';
import type { Setup } from '../setup/setup.js';
import { ARCHITECTURES } from '../setup/train-settings.js';
import { stepsAhead } from '../training/lead.js';
import type { Run } from '../training/run.js';

export interface RunRecord {
  readonly id: string;
  /** Milliseconds since 1970 of when it was last kept. */
  readonly at: number;
  readonly setup: Setup;
  readonly steps: Readonly<Record<Architecture, number>>;
  /** Held out; null before it was measured. */
  readonly losses: Readonly<Record<Architecture, number | null>>;
  /** Of nGPT; null where that is not known. */
  readonly stepsAhead: number | null;
  /** Steps of the states to go on from; null where only this line is left. */
  readonly states: Steps | null;
}

type Steps = Readonly<Partial<Record<Architecture, number>>>;

export function recordOf(id: string, { setup, models }: Run, at: number): RunRecord {
  const { ngpt, gpt } = models;
  const loss = ({ history }: typeof ngpt) => history.evaluations.valLoss.at(-1) ?? null;
  return {
    ...{ id, at, setup },
    steps: { ngpt: ngpt.step, gpt: gpt.step },
    losses: { ngpt: loss(ngpt), gpt: loss(gpt) },
    stepsAhead: stepsAhead(ngpt.history.evaluations, gpt.history.evaluations),
    states: statesOf(models),
  };
}

/** Steps that could be lost: of its states, or where it has none of its line. */
export function isFurther({ states, steps }: RunRecord, than: RunRecord): boolean {
  return ARCHITECTURES.some((arch) => ((states ?? steps)[arch] ?? 0) > (than.states?.[arch] ?? 0));
}

function statesOf(models: Run['models']): Steps {
  const kept = ARCHITECTURES.map((arch) => [arch, models[arch].kept?.step ?? 0] as const);
  return Object.fromEntries(kept.filter(([, step]) => step > 0));
}
