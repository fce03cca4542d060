/** The out-dir of a comparison: `comparison.json`, and a folder of its own for each run. */
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ConfigError } from '../../../tensor/index.js';
import { crc32 } from '../../../training/checkpoint/crc32.js';
import { LAST_CHECKPOINT } from '../../../training/checkpoint/node/checkpoint-file.js';
import { writeDurably } from '../../../training/files/node/durable-file.js';
import { describeFileError } from '../../../training/files/node/file-error.js';
import { isThere } from '../../../training/files/node/folders.js';
import { FolderLock, type Notice } from '../../../training/files/node/lock/folder-lock.js';
import { LOG_FILE } from '../../../training/log/node/run-log.js';
import { trainSettings } from '../../../training/settings/settings.js';
import type { TrainSettings } from '../../../training/settings/train-settings.js';
import {
  COMPARISON_FILE,
  COMPARISON_FORMAT,
  COMPARISON_VERSION,
  type ComparedRun,
  type Comparison,
} from '../comparison.js';
import { findingsOf, plannerOf } from '../findings.js';
import { requireSameComparison } from '../identity.js';
import { isDecided, type PlannedRun, type RunSpec, runName } from '../plan.js';
import { ownSettings, runSettings } from '../run-settings.js';
import { type CheckedComparison, RUNS_FOLDER, runFolder } from './check-comparison.js';
import type { RunOrder } from './make-run.js';
import { hasCheckpoint, type RunResult, removeCheckpoints } from './run-result.js';
import { StoredRuns } from './stored-runs.js';

export class ComparisonFolder {
  private readonly finished = new Map<string, ComparedRun>();
  /** Runs may end at the same moment, and the file is written by one at a time. */
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly checked: CheckedComparison,
    private readonly stored: StoredRuns,
    private readonly lock: FolderLock | null,
  ) {
    this.findFinished();
  }

  /**
   * Takes the folder until it is closed, and finds what is finished in it. @param isDry - only looks.
   * @throws ConfigError when it holds something else, or another process has it.
   */
  static async open(checked: CheckedComparison, notice: Notice, isDry: boolean): Promise<ComparisonFolder> {
    const { outDir } = checked.request;
    await requireOwn(checked);
    const lock = isDry ? null : await FolderLock.acquire(outDir, notice);
    try {
      // What was there before the lock may have changed since.
      await requireOwn(checked);
      const stored = await StoredRuns.read(outDir, (spec) => keyOf(spec, checked));
      requireOwnRuns(outDir, stored);
      return new ComparisonFolder(checked, stored, lock);
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  /** All runs as far as they are known. */
  runs(): PlannedRun[] {
    return plannerOf(this.checked.plan, this.finished).runs();
  }

  isFinished(run: RunSpec): boolean {
    return this.finished.has(runName(run));
  }

  /** The learning rates with which a run that waits for the best one would turn out to be finished. */
  finishedRates(run: PlannedRun): number[] {
    return isDecided(run) ? [] : this.stored.ratesOf(run, run.seed);
  }

  /** What a process needs to make a run. */
  orderFor(spec: RunSpec): RunOrder {
    const { request, recipes, plan, source, hasOwnTokens } = this.checked;
    const all = ownSettings(spec.arch, runSettings(spec, recipes, plan.scaleWarmup));
    const { tokenizer: _, ...settings } = all;
    const name = runName(spec);
    return {
      ...{
        spec,
        name,
        key: keyOf(spec, this.checked),
        data: source,
        backend: request.backend,
        mode: request.mode,
      },
      settings: hasOwnTokens ? settings : all,
      outDir: runFolder(request.outDir, name),
    };
  }

  /** Takes in a run that has just ended, and writes what follows. */
  add(result: RunResult): Promise<ComparedRun> {
    const added = this.writing.then(async () => {
      const run = this.take(result, await hasCheckpoint(this.folderOf(result)));
      // It may be the one that others, finished in an earlier call, waited for.
      this.findFinished();
      await this.removeNeedless();
      await this.write();
      return this.finished.get(run.name) ?? run;
    });
    this.writing = added.catch(() => {});
    return added;
  }

  /** Brings `comparison.json` up to date. @throws ConfigError where it cannot be written. */
  async write(): Promise<Comparison> {
    const comparison = this.comparison();
    const text = `${JSON.stringify(comparison, null, 1)}\n`;
    try {
      await this.lock?.confirm();
      await writeDurably(this.path, [Buffer.from(text)]);
    } catch (cause) {
      if (cause instanceof ConfigError) throw cause;
      throw new ConfigError(`cannot write ${this.path}: ${describeFileError(cause)}`, { cause });
    }
    return comparison;
  }

  get path(): string {
    return join(this.checked.request.outDir, COMPARISON_FILE);
  }

  comparison(): Comparison {
    const { plan, recipes, data, machine } = this.checked;
    const planned = this.runs();
    const runs = planned.flatMap((run) => (isDecided(run) ? (this.finished.get(runName(run)) ?? []) : []));
    return {
      ...{ format: COMPARISON_FORMAT, version: COMPARISON_VERSION, time: new Date().toISOString() },
      ...{ machine, data, recipes, plan, runs, missing: planned.length - runs.length },
      ...findingsOf(plan, this.finished),
    };
  }

  close(): void {
    this.lock?.release();
  }

  /**
   * Takes in what earlier calls finished, of all runs that are decided by now. That may decide others, so it looks again
   * until there are no more.
   */
  private findFinished(): void {
    for (;;) {
      const before = this.finished.size;
      for (const run of this.runs()) {
        if (!isDecided(run) || this.isFinished(run)) continue;
        const found = this.stored.find(run);
        if (found !== null) this.take(found.result, found.hasCheckpoint);
      }
      if (this.finished.size === before) return;
    }
  }

  private take(result: RunResult, hasCheckpoint: boolean): ComparedRun {
    const folder = relative(this.checked.request.outDir, this.folderOf(result));
    const run: ComparedRun = { ...result, outDir: folder.split(sep).join('/'), hasCheckpoint };
    this.finished.set(run.name, run);
    return run;
  }

  /** Of finished runs, the checkpoint of the best of each architecture is of use, and no other. */
  private async removeNeedless(): Promise<void> {
    const { request, plan } = this.checked;
    if (request.keepCheckpoints) return;
    const planner = plannerOf(plan, this.finished);
    const useful = (['ngpt', 'gpt'] as const).flatMap((arch) => {
      const budget = longestOfBoth(plan.budgets) ?? plan.budgets[arch][plan.budgets[arch].length - 1];
      const tried = planner.sweep({ arch, variant: null, budget })?.rates ?? [];
      const runs = tried.flatMap((learningRate) => {
        const name = runName({ arch, variant: null, budget, learningRate, seed: plan.seeds[0] });
        return this.finished.get(name) ?? [];
      });
      const lowest = Math.min(...runs.map(({ valLoss }) => valLoss ?? Number.POSITIVE_INFINITY));
      return runs.filter(({ valLoss }) => valLoss === lowest).map(({ name }) => name);
    });
    for (const run of this.finished.values()) {
      if (!run.hasCheckpoint || useful.includes(run.name)) continue;
      await removeCheckpoints(this.folderOf(run));
      this.finished.set(run.name, { ...run, hasCheckpoint: false });
    }
  }

  private folderOf(run: RunSpec): string {
    return runFolder(this.checked.request.outDir, runName(run));
  }
}

/** Of the settings only what is no default: options that are added later do not change it. */
function keyOf(spec: RunSpec, { recipes, plan, data, request }: CheckedComparison): string {
  const settings = runSettings(spec, recipes, plan.scaleWarmup);
  const defaults = trainSettings({ arch: spec.arch });
  const named = Object.keys(settings).sort() as (keyof TrainSettings)[];
  const own = named.filter((name) => settings[name] !== defaults[name]);
  const text = JSON.stringify([data.crc32, request.backend, own.map((name) => [name, settings[name]])]);
  return crc32(Buffer.from(text)).toString(16).padStart(8, '0');
}

/** The largest budget that both architectures have. */
function longestOfBoth({ ngpt, gpt }: CheckedComparison['plan']['budgets']): number | undefined {
  return ngpt.filter((budget) => gpt.includes(budget)).at(-1);
}

/** @throws ConfigError for a folder with something else in it. */
async function requireOwn({ request, data, recipes, plan, machine }: CheckedComparison): Promise<void> {
  const { outDir } = request;
  const found = await readComparison(join(outDir, COMPARISON_FILE));
  if (found !== null) {
    const { backend } = machine;
    requireSameComparison(outDir, found, { data, recipes, backend, scaleWarmup: plan.scaleWarmup });
    return;
  }
  for (const name of [LAST_CHECKPOINT, LOG_FILE]) {
    if (!(await isThere(join(outDir, name)))) continue;
    throw new ConfigError(`${outDir} holds a training run; give another outDir`, { settings: ['outDir'] });
  }
}

/** Where `comparison.json` is lost, runs alone say whose they are. @throws ConfigError for one of other settings. */
function requireOwnRuns(outDir: string, stored: StoredRuns): void {
  const stranger = stored.stranger();
  if (stranger === null) return;
  throw new ConfigError(
    `${runFolder(outDir, stranger)} is finished, with other settings or data; give the same again, or another outDir`,
    { settings: ['outDir'] },
  );
}

/** Null where there is none. @throws ConfigError for a file that is none. */
export async function readComparison(path: string): Promise<Comparison | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return null;
    throw new ConfigError(`cannot read ${path}: ${describeFileError(cause)}`, { cause });
  }
  const refusal = (why: string, instead = '') =>
    new ConfigError(`${path} is no comparison that can be read: ${why}; ${instead}give another outDir`, {
      settings: ['outDir'],
    });
  // All that it says of runs is in their own folders too.
  const again = `move it away, and the same command finds the finished runs in ${RUNS_FOLDER} again; or `;
  let found: Comparison;
  try {
    found = JSON.parse(text);
  } catch {
    throw refusal('it is not JSON', again);
  }
  if (found?.format !== COMPARISON_FORMAT) throw refusal('it says nothing of being one', again);
  if (found.version !== COMPARISON_VERSION) throw refusal(`it has version ${found.version}`);
  if (!hasParts(found)) throw refusal('a part is missing', again);
  return found;
}

function hasParts({ data, recipes, plan, machine, runs }: Partial<Comparison>): boolean {
  return Boolean(data?.crc32 && recipes?.ngpt && recipes.gpt && plan && machine && Array.isArray(runs));
}
