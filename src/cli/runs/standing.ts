/** How far a study is, from its events: what goes on, what is left, and how long that takes. */
import type { StudyEvent } from '../../experiments/runs/events.js';
import type { Kinds } from '../../experiments/runs/node/study/study.js';

/** A run that goes on. */
export interface GoingRun {
  readonly name: string;
  /** Runs of one kind take as long a step as each other. */
  readonly kind: string;
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
  /** By kind; runs that go on count whole. */
  private stepsLeft: Readonly<Record<string, number>> = {};
  /** By kind, smoothed, in milliseconds; none before the first step. */
  private readonly pace = new Map<string, number>();

  constructor(private readonly kinds: Kinds) {}

  add(event: StudyEvent): void {
    if (event.event === 'start') this.jobs = event.jobs;
    if (event.event === 'start' || event.event === 'run-done') {
      this.runs = event.runs;
      this.finished = event.finished;
      this.stepsLeft = event.stepsLeft;
    }
    if (event.event === 'run-start') {
      const { name, budget, resumedFrom } = event;
      const kind = this.kinds.of(event);
      this.going.set(name, { name, kind, budget, step: resumedFrom, msPerStep: null, valLoss: null });
    } else if (event.event === 'run-step') this.step(event.name, event.step, event.msPerStep);
    else if (event.event === 'run-eval') {
      const run = this.going.get(event.name);
      if (run !== undefined) run.valLoss = event.valLoss;
    } else if ('name' in event) this.going.delete(event.name);
  }

  /** Steps that are not made yet, over all runs. */
  get stepsToMake(): number {
    return this.kinds.names.reduce((sum, kind) => sum + this.left(kind), 0);
  }

  get stepsPerSecond(): number {
    return [...this.going.values()].reduce(
      (sum, { msPerStep }) => sum + (msPerStep === null ? 0 : 1000 / msPerStep),
      0,
    );
  }

  /** Over all runs, in seconds; null while no step has been made. */
  get secondsLeft(): number | null {
    if (this.pace.size === 0) return null;
    const ms = this.kinds.names.reduce((sum, kind) => sum + this.left(kind) * this.paceOf(kind), 0);
    return ms / 1000 / this.jobs;
  }

  /** Of a kind that has made no step, what that of the nearest cost says. */
  private paceOf(kind: string): number {
    const own = this.pace.get(kind);
    if (own !== undefined) return own;
    const ratio = (other: string) => this.kinds.cost(kind) / this.kinds.cost(other);
    const distance = (other: string) => Math.abs(Math.log(ratio(other)));
    const [[nearest, ms]] = [...this.pace].sort(([one], [other]) => distance(one) - distance(other));
    return ms * ratio(nearest);
  }

  private step(name: string, step: number, msPerStep: number): void {
    const run = this.going.get(name);
    if (run === undefined) return;
    run.step = step;
    run.msPerStep = smooth(run.msPerStep, msPerStep);
    this.pace.set(run.kind, smooth(this.pace.get(run.kind) ?? null, msPerStep));
  }

  private left(kind: string): number {
    const made = [...this.going.values()]
      .filter((run) => run.kind === kind)
      .reduce((sum, { step }) => sum + step, 0);
    return Math.max(0, (this.stepsLeft[kind] ?? 0) - made);
  }
}

/** Over about twenty steps. */
function smooth(before: number | null, value: number): number {
  return before === null ? value : before + (value - before) / 20;
}
