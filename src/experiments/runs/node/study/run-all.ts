/** Makes the runs of a study, several at a time. */

import type { TrainEvent } from '../../../../training/loop/events.js';
import type { Standing, StudyEvent } from '../../events.js';
import { isDecided, type PlannedRun, type RunSpec, runName } from '../../run.js';
import { type RunChild, type RunOutcome, startRun } from '../run-child.js';
import type { StudyFolder } from './study-folder.js';

export interface Outcome {
  /** Names of runs whose process failed. */
  readonly failed: readonly string[];
  /** Runs that are not finished. */
  readonly missing: number;
}

/** Makes one run; told of what happens in it. */
export type StartRun = typeof startRun;

/**
 * Makes all runs that are not finished, the longest first. When `stop` is raised, those that go on save and end, and no
 * other begins. A run that fails keeps none from going on but those that depend on it.
 */
export async function runAll(
  folder: StudyFolder<unknown>,
  stop: AbortSignal,
  tell: (event: StudyEvent) => void,
  start: StartRun = startRun,
): Promise<Outcome> {
  const running = new Running(folder, stop, tell, start);
  return running.all();
}

class Running {
  private readonly running = new Map<string, { child: RunChild; ended: Promise<void> }>();
  /** Failed, or stopped by something else. */
  private readonly failed = new Set<string>();
  /** An error of ours, or of the disk: it ends everything. */
  private trouble: unknown = null;

  constructor(
    private readonly folder: StudyFolder<unknown>,
    private readonly stop: AbortSignal,
    private readonly tell: (event: StudyEvent) => void,
    private readonly startRun: StartRun,
  ) {}

  async all(): Promise<Outcome> {
    await this.folder.write();
    this.tell({ event: 'start', jobs: this.jobs, ...this.standing() });
    const stopRuns = () => {
      for (const { child } of this.running.values()) child.stop();
    };
    this.stop.addEventListener('abort', stopRuns);
    try {
      for (;;) {
        this.fill();
        if (this.running.size === 0) break;
        await Promise.race([...this.running.values()].map(({ ended }) => ended));
        if (this.trouble !== null) stopRuns();
      }
    } finally {
      this.stop.removeEventListener('abort', stopRuns);
    }
    if (this.trouble !== null) throw this.trouble;
    const { runs, finished } = this.standing();
    const outcome = { failed: [...this.failed], missing: runs - finished };
    const { failed, missing } = outcome;
    const { path, study } = this.folder;
    this.tell({ event: 'done', [study.kind]: path, finished, failed: failed.length, missing });
    return outcome;
  }

  private get jobs(): number {
    return this.folder.study.setup.machine.jobs;
  }

  /** Begins runs while there is room. */
  private fill(): void {
    while (!this.stop.aborted && this.trouble === null && this.running.size < this.jobs) {
      const next = this.ready()[0];
      if (next === undefined) return;
      this.begin(next);
    }
  }

  /** Runs that could begin now, the longest first: the last to end are then short ones. */
  private ready(): RunSpec[] {
    const { kinds } = this.folder.study;
    const cost = (run: RunSpec) => run.budget * kinds.cost(kinds.of(run));
    return this.folder
      .runs()
      .filter(isDecided)
      .filter((run) => !this.folder.isFinished(run) && !this.running.has(runName(run)))
      .filter((run) => !this.failed.has(runName(run)))
      .sort((a, b) => cost(b) - cost(a));
  }

  private begin(spec: RunSpec): void {
    const name = runName(spec);
    const child = this.startRun(this.folder.orderFor(spec), (event) => this.pass(name, spec, event));
    const ended = child.outcome
      .then((outcome) => this.end(name, outcome))
      .catch((error: unknown) => {
        this.trouble ??= error;
      })
      .finally(() => this.running.delete(name));
    this.running.set(name, { child, ended });
  }

  private pass(name: string, spec: RunSpec, event: TrainEvent): void {
    if (event.event === 'start') {
      const { resumedFrom, parameters, mode } = event;
      const pid = this.running.get(name)?.child.pid ?? 0;
      this.tell({ event: 'run-start', name, ...spec, resumedFrom, pid, parameters, mode });
    } else if (event.event === 'step') {
      const { step, msPerStep } = event;
      this.tell({ event: 'run-step', name, step, msPerStep });
    } else if (event.event === 'eval') {
      const { step, trainLoss, valLoss } = event;
      this.tell({ event: 'run-eval', name, step, trainLoss, valLoss });
    }
  }

  private async end(name: string, outcome: RunOutcome): Promise<void> {
    if (outcome.kind === 'done') {
      const { evaluations: _, ...run } = await this.folder.add(outcome.result);
      this.tell({ event: 'run-done', ...run, ...this.standing() });
      return;
    }
    if (outcome.kind === 'stopped') await this.signal();
    // What nobody here asked for is a failure too: the run is not finished, and must not begin again and again.
    if (outcome.kind === 'stopped' && (this.stop.aborted || this.trouble !== null)) {
      this.tell({ event: 'run-stopped', name });
      return;
    }
    this.failed.add(name);
    const message = outcome.kind === 'failed' ? outcome.message : 'it was stopped from outside';
    this.tell({ event: 'run-failed', name, message });
  }

  /** One keypress is a signal to every process; that of a run may be the first to end. */
  private async signal(): Promise<void> {
    for (let i = 0; i < 10 && !this.stop.aborted; i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  private standing(): Standing {
    const { kinds } = this.folder.study;
    const runs = this.folder.runs();
    const isLeft = (run: PlannedRun) => !(isDecided(run) && this.folder.isFinished(run));
    const left = runs.filter(isLeft);
    const stepsOf = (kind: string) =>
      left.filter((run) => kinds.of(run) === kind).reduce((sum, { budget }) => sum + budget, 0);
    return {
      runs: runs.length,
      finished: runs.length - left.length,
      stepsLeft: Object.fromEntries(kinds.names.map((kind) => [kind, stepsOf(kind)])),
    };
  }
}
