/** The results that an out-dir holds when a study begins, those of runs that nobody has asked for yet included. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type PlannedRun, type RunSpec, runName } from '../../run.js';
import { RUNS_FOLDER, runFolder } from '../run-folder.js';
import { hasCheckpoint, readResult, type StoredResult } from '../run-result.js';

export interface StoredRun extends StoredResult {
  readonly hasCheckpoint: boolean;
}

export class StoredRuns {
  private constructor(
    private readonly runs: ReadonlyMap<string, StoredRun>,
    private readonly keyOf: (spec: RunSpec) => string,
  ) {}

  /**
   * All at once: which of them count turns out run by run, when others are long under way.
   * @param keyOf - of the run that would be made today, see `StoredResult`.
   */
  static async read(outDir: string, keyOf: (spec: RunSpec) => string): Promise<StoredRuns> {
    const runs = new Map<string, StoredRun>();
    for (const name of await readdir(join(outDir, RUNS_FOLDER)).catch(() => [])) {
      const folder = runFolder(outDir, name);
      const stored = await readResult(folder);
      // A folder that was renamed or copied is no other run.
      if (stored === null || runName(stored.result) !== name) continue;
      runs.set(name, { ...stored, hasCheckpoint: await hasCheckpoint(folder) });
    }
    return new StoredRuns(runs, keyOf);
  }

  /** Null where the run is not finished, or was another. */
  find(spec: RunSpec): StoredRun | null {
    const stored = this.runs.get(runName(spec));
    return stored !== undefined && stored.key === this.keyOf(spec) ? stored : null;
  }

  /** A finished run, of those that `isOurs`, that would be another today, and be trained over; null for none. */
  stranger(isOurs: (run: RunSpec) => boolean): string | null {
    const ours = [...this.runs].filter(([, { result }]) => isOurs(result));
    return ours.find(([, { result }]) => this.find(result) === null)?.[0] ?? null;
  }

  /** The learning rates with which a run of a group and seed is finished, ascending. */
  ratesOf({ arch, variant, budget }: Omit<PlannedRun, 'learningRate'>, seed: number): number[] {
    return [...this.runs.values()]
      .map(({ result: { learningRate } }) => learningRate)
      .filter((rate, i, all) => all.indexOf(rate) === i)
      .filter((learningRate) => this.find({ arch, variant, budget, learningRate, seed }) !== null)
      .sort((a, b) => a - b);
  }
}
