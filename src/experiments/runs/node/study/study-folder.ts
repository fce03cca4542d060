/** The out-dir of a study: the file with what was found, and a folder of its own for each run. */
import { join, relative, sep } from 'node:path';
import { ConfigError } from '../../../../tensor/index.js';
import { crc32 } from '../../../../training/checkpoint/crc32.js';
import { writeDurably } from '../../../../training/files/node/durable-file.js';
import { describeFileError } from '../../../../training/files/node/file-error.js';
import { FolderLock, type Notice } from '../../../../training/files/node/lock/folder-lock.js';
import { trainSettings } from '../../../../training/settings/settings.js';
import type { TrainSettings } from '../../../../training/settings/train-settings.js';
import { ownSettings } from '../../recipe.js';
import { type ComparedRun, isDecided, type PlannedRun, type RunSpec, runName } from '../../run.js';
import type { RunOrder } from '../make-run.js';
import { runFolder } from '../run-folder.js';
import { hasCheckpoint, type RunResult, removeCheckpoints, savedStep } from '../run-result.js';
import { StoredRuns } from './stored-runs.js';
import type { Study } from './study.js';
import { STUDY_FILES } from './study-file.js';

export class StudyFolder<Found> {
  private readonly finished = new Map<string, ComparedRun>();
  /** Runs may end at the same moment, and the file is written by one at a time. */
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly study: Study<Found>,
    private readonly stored: StoredRuns,
    private readonly lock: FolderLock | null,
  ) {
    this.findFinished();
  }

  /**
   * Takes the folder until it is closed, and finds what is finished in it. @param isDry - only looks.
   * @throws ConfigError when it holds something else, or another process has it.
   */
  static async open<Found>(study: Study<Found>, notice: Notice, isDry: boolean): Promise<StudyFolder<Found>> {
    const { outDir } = study.setup;
    await study.requireOwn();
    const lock = isDry ? null : await FolderLock.acquire(outDir, notice);
    try {
      // What was there before the lock may have changed since.
      await study.requireOwn();
      const stored = await StoredRuns.read(outDir, (spec) => keyOf(spec, study));
      requireOwnRuns(stored, study);
      return new StudyFolder(study, stored, lock);
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  /** All runs as far as they are known. */
  runs(): PlannedRun[] {
    return this.study.runs(this.finished);
  }

  isFinished(run: RunSpec): boolean {
    return this.finished.has(runName(run));
  }

  /** The step that a run would go on from, where it was interrupted; else null. */
  async savedStep(run: RunSpec): Promise<number | null> {
    return this.isFinished(run) ? null : savedStep(this.folderOf(run));
  }

  /** The learning rates with which a run that waits for the best one would turn out to be finished. */
  finishedRates(run: PlannedRun): number[] {
    return isDecided(run) ? [] : this.stored.ratesOf(run, run.seed);
  }

  /** What a process needs to make a run. */
  orderFor(spec: RunSpec): RunOrder {
    const { outDir, source, hasOwnTokens, backend, mode } = this.study.setup;
    const all = ownSettings(spec.arch, this.study.settingsOf(spec));
    const { tokenizer: _, ...settings } = all;
    const name = runName(spec);
    return {
      ...{ spec, name, key: keyOf(spec, this.study), data: source, backend, mode },
      settings: hasOwnTokens ? settings : all,
      outDir: runFolder(outDir, name),
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

  /** Brings the file up to date. @throws ConfigError where it cannot be written. */
  async write(): Promise<void> {
    const text = `${JSON.stringify(this.found(), null, 1)}\n`;
    try {
      await this.lock?.confirm();
      await writeDurably(this.path, [Buffer.from(text)]);
    } catch (cause) {
      if (cause instanceof ConfigError) throw cause;
      throw new ConfigError(`cannot write ${this.path}: ${describeFileError(cause)}`, { cause });
    }
  }

  get path(): string {
    return join(this.study.setup.outDir, STUDY_FILES[this.study.kind]);
  }

  /** What there is to say by now. */
  found(): Found {
    return this.study.found(this.finished);
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
    const folder = relative(this.study.setup.outDir, this.folderOf(result));
    const run: ComparedRun = { ...result, outDir: folder.split(sep).join('/'), hasCheckpoint };
    this.finished.set(run.name, run);
    return run;
  }

  /** Of finished runs, the checkpoints of a few are of use, and no other. */
  private async removeNeedless(): Promise<void> {
    if (this.study.setup.keepCheckpoints) return;
    const kept = this.study.kept(this.finished);
    for (const run of this.finished.values()) {
      if (!run.hasCheckpoint || kept.includes(run.name)) continue;
      await removeCheckpoints(this.folderOf(run));
      this.finished.set(run.name, { ...run, hasCheckpoint: false });
    }
  }

  private folderOf(run: RunSpec): string {
    return runFolder(this.study.setup.outDir, runName(run));
  }
}

/** Of the settings only what is no default: options that are added later do not change it. */
function keyOf(spec: RunSpec, study: Study<unknown>): string {
  const { data, backend } = study.setup;
  const settings = study.settingsOf(spec);
  const defaults = trainSettings({ arch: spec.arch });
  const named = Object.keys(settings).sort() as (keyof TrainSettings)[];
  const own = named.filter((name) => settings[name] !== defaults[name]);
  const text = JSON.stringify([data.crc32, backend, own.map((name) => [name, settings[name]])]);
  return crc32(Buffer.from(text)).toString(16).padStart(8, '0');
}

/** Where the file is lost, runs alone say whose they are. @throws ConfigError for one of other settings. */
function requireOwnRuns(stored: StoredRuns, study: Study<unknown>): void {
  const stranger = stored.stranger((run) => study.isOurs(run));
  if (stranger === null) return;
  throw new ConfigError(
    `${runFolder(study.setup.outDir, stranger)} is finished, with other settings or data; give the same again, or another outDir`,
    { settings: ['outDir'] },
  );
}
