/** Runs in the browser's storage: a table of many, and of the latest what it takes to go on with them. */
import type { Architecture } from '../../src/ngpt/index.js';
import { sameSetup } from '../setup/link.js';
import { sameText } from '../setup/own-text.js';
import type { OwnText, Setup } from '../setup/setup.js';
import { ARCHITECTURES } from '../setup/train-settings.js';
import { type EvalColumns, History, type StepColumns } from '../training/history.js';
import type { Begins, Run } from '../training/run.js';
import { isFurther, type RunRecord, recordOf } from './record.js';
import { losingState, withinRoom } from './room.js';

/** Grows when the shape of what is kept changes; what is of another version is left alone. */
const VERSION = 2;
const TABLE = `runs ${VERSION}`;

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

/** What came of keeping a run; `behind` is one that has been kept from another page after more steps. */
export type Outcome = 'kept' | 'behind' | 'left out';

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

  /**
   * Keeps a run under its id, in place of what was kept of it before. Models without a state are not kept.
   * @param isOurs - whether no other page goes on with it; else more steps are never lost for fewer
   */
  async keep(id: string, run: Run, at: number, isOurs = false): Promise<Outcome> {
    // At once, before it goes on.
    const [record, kept] = [recordOf(id, run, at), keptOf(run)];
    let outcome: Outcome = 'left out';
    await this.inTurn(async () => {
      if (Object.keys(kept.models).length === 0) return;
      const all = await this.records();
      const before = all.find((other) => other.id === id);
      if (!isOurs && before !== undefined && isFurther(before, record)) {
        outcome = 'behind';
        return;
      }
      if (!(await this.place.write(nameOf(id), kept))) return;
      const others = all.filter((other) => other.id !== id);
      await this.put([record, ...others]);
      outcome = 'kept';
    });
    return outcome;
  }

  /** The latest run of a setup that can be gone on with, wherever it ends; null where there is none. */
  async latestOf(setup: Setup): Promise<RunRecord | null> {
    const records = await this.records();
    const isOne = (other: Setup) => sameSetup({ ...other, steps: setup.steps }, setup);
    return records.find((record) => record.states !== null && isOne(record.setup)) ?? null;
  }

  /** The text of a visitor that a run with a state learns from; null where none does. */
  async textOf(known: OwnText): Promise<string | null> {
    for (const { id, states, setup } of await this.records()) {
      if (states === null || setup.ownText === null || !sameText(setup.ownText, known)) continue;
      const text = (await this.open(id))?.ownText ?? null;
      if (text !== null) return text;
    }
    return null;
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

  /** Writes the table, without what there is no room for. */
  private async put(records: readonly RunRecord[]): Promise<void> {
    const losing = losingState(records);
    for (const { id } of losing) await this.place.remove(nameOf(id));
    const all = records.map((record) => (losing.includes(record) ? { ...record, states: null } : record));
    await this.place.write(TABLE, withinRoom(all));
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
