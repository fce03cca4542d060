import type { ByArchitecture } from '../../experiments/compare/comparison.js';
import type { CompareEvent } from '../../experiments/compare/events.js';
import type { Architecture } from '../../ngpt/index.js';

/** A run that goes on. */
export interface GoingRun {
  readonly name: string;
  readonly arch: Architecture;
  readonly budget: number;
  step: number;
  msPerStep: number | null;
  valLoss: number | null;
}

/** What the events so far amount to. */
export class Standing {
  runs = 0;
  finished = 0;
  readonly going = new Map<string, GoingRun>();
  private jobs = 1;
  /** Runs that go on count whole. */
  private stepsLeft: ByArchitecture<number> = { ngpt: 0, gpt: 0 };
  /** Smoothed, in milliseconds; null before the first step. */
  private readonly pace: Record<Architecture, number | null> = { ngpt: null, gpt: null };

  add(event: CompareEvent): void {
    if (event.event === 'start') this.jobs = event.jobs;
    if (event.event === 'start' || event.event === 'run-done') {
      this.runs = event.runs;
      this.finished = event.finished;
      this.stepsLeft = event.stepsLeft;
    }
    if (event.event === 'run-start') {
      const { name, arch, budget, resumedFrom } = event;
      this.going.set(name, { name, arch, budget, step: resumedFrom, msPerStep: null, valLoss: null });
    } else if (event.event === 'run-step') this.step(event.name, event.step, event.msPerStep);
    else if (event.event === 'run-eval') {
      const run = this.going.get(event.name);
      if (run !== undefined) run.valLoss = event.valLoss;
    } else if ('name' in event) this.going.delete(event.name);
  }

  /** Steps that are not made yet, over all runs. */
  get stepsToMake(): number {
    return this.left('ngpt') + this.left('gpt');
  }

  get stepsPerSecond(): number {
    return [...this.going.values()].reduce(
      (sum, { msPerStep }) => sum + (msPerStep === null ? 0 : 1000 / msPerStep),
      0,
    );
  }

  /** Over all runs, in seconds; null while no step has been made. */
  get secondsLeft(): number | null {
    const { ngpt, gpt } = this.pace;
    const known = ngpt ?? gpt;
    if (known === null) return null;
    const ms = this.left('ngpt') * (ngpt ?? known) + this.left('gpt') * (gpt ?? known);
    return ms / 1000 / this.jobs;
  }

  private step(name: string, step: number, msPerStep: number): void {
    const run = this.going.get(name);
    if (run === undefined) return;
    run.step = step;
    run.msPerStep = smooth(run.msPerStep, msPerStep);
    this.pace[run.arch] = smooth(this.pace[run.arch], msPerStep);
  }

  private left(arch: Architecture): number {
    const made = [...this.going.values()]
      .filter((run) => run.arch === arch)
      .reduce((sum, { step }) => sum + step, 0);
    return Math.max(0, this.stepsLeft[arch] - made);
  }
}

/** Over about twenty steps. */
function smooth(before: number | null, value: number): number {
  return before === null ? value : before + (value - before) / 20;
}
