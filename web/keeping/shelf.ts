/** Runs in the browser's storage: a table of many, and of the latest what it takes to go on with them. */
import type { Architecture } from '../../src/ngpt/index.js';
import type { Setup } from '../setup/setup.js';
import { ARCHITECTURES } from '../setup/train-settings.js';
import { type EvalColumns, History, type StepColumns } from '../training/history.js';
import { stepsAhead } from '../training/lead.js';
import type { Begins, Run } from '../training/run.js';

/** Grows when the shape of what is kept changes; what is of another version is left alone. */
const VERSION = 1;
/** Records in the table. */
const MOST_RECORDS = 50;
/** States of models: some megabytes each. */
const MOST_STATES = 5;
const TABLE = `runs ${VERSION}`;

/** A line of the table. */
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
}

interface KeptModel {
  readonly step: number;
  readonly checkpoint: Uint8Array;
  readonly steps: StepColumns;
  readonly evaluations: EvalColumns;
}

/** What it takes to go on. */
export interface KeptRun {
  readonly setup: Setup;
  readonly ownText: string | null;
  readonly models: Readonly<Partial<Record<Architecture, KeptModel>>>;
}

/** Where values are kept by name; see `Store`. */
export interface Place {
  read<T>(name: string): Promise<T | undefined>;
  write(name: string, value: unknown): Promise<boolean>;
  remove(name: string): Promise<void>;
}

/** Runs a task alone. */
export type Alone = (task: () => Promise<void>) => Promise<void>;

export class Shelf {
  /** What is written is written one after the other: two at once would lose a line of the table. */
  private last: Promise<unknown> = Promise.resolve();

  /** @param alone - runs a task while no other page runs one; two tabs have the same storage. */
  constructor(
    private readonly place: Place,
    private readonly alone: Alone = (task) => task(),
  ) {}

  /** The latest first. */
  async records(): Promise<readonly RunRecord[]> {
    return (await this.place.read<RunRecord[]>(TABLE)) ?? [];
  }

  /** Keeps a run under its id, in place of what was kept of it before. Models without a state are not kept. */
  keep(id: string, run: Run, at: number): Promise<void> {
    // At once, before it goes on.
    const [record, kept] = [recordOf(id, run, at), keptOf(run)];
    return this.inTurn(async () => {
      if (Object.keys(kept.models).length === 0) return;
      if (!(await this.place.write(nameOf(id), kept))) return;
      const others = (await this.records()).filter((other) => other.id !== id);
      for (const { id: old } of others.slice(MOST_STATES - 1)) await this.place.remove(nameOf(old));
      await this.place.write(TABLE, [record, ...others].slice(0, MOST_RECORDS));
    });
  }

  /** What was kept of a run; null where there is only the line in the table. */
  async open(id: string): Promise<KeptRun | null> {
    return (await this.place.read<KeptRun>(nameOf(id))) ?? null;
  }

  remove(id: string): Promise<void> {
    return this.inTurn(async () => {
      await this.place.remove(nameOf(id));
      await this.place.write(
        TABLE,
        (await this.records()).filter((record) => record.id !== id),
      );
    });
  }

  private inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.last.then(() => this.alone(task));
    this.last = turn.catch(() => {});
    return turn;
  }
}

/** What a run begins with to go on from what was kept. */
export function beginsOf({ models }: KeptRun): Begins {
  return Object.fromEntries(
    Object.entries(models).map(([arch, { step, checkpoint, steps, evaluations }]) => [
      arch,
      { step, checkpoint, history: new History(steps, evaluations) },
    ]),
  );
}

function nameOf(id: string): string {
  return `run ${VERSION} ${id}`;
}

function keptOf(run: Run): KeptRun {
  const models = ARCHITECTURES.flatMap((arch) => {
    const { kept, history } = run.models[arch];
    if (kept === null || kept.step === 0) return [];
    const { step, checkpoint } = kept;
    // A copy: the run goes on with its own.
    const { steps, evaluations } = structuredClone({
      steps: history.steps,
      evaluations: history.evaluations,
    });
    return [[arch, { step, checkpoint, steps, evaluations }] as const];
  });
  return { setup: run.setup, ownText: run.options.ownText, models: Object.fromEntries(models) };
}

function recordOf(id: string, { setup, models }: Run, at: number): RunRecord {
  const { ngpt, gpt } = models;
  const loss = ({ history }: typeof ngpt) => history.evaluations.valLoss.at(-1) ?? null;
  return {
    ...{ id, at, setup },
    steps: { ngpt: ngpt.step, gpt: gpt.step },
    losses: { ngpt: loss(ngpt), gpt: loss(gpt) },
    stepsAhead: stepsAhead(ngpt.history.evaluations, gpt.history.evaluations),
  };
}
