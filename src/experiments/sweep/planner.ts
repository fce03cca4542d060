/** Which runs a sweep needs, and what is best by now. Explained in docs/experiments.md. */
import { type FinishedRuns, lossIn, type RunSpec, runName } from '../runs/run.js';
import { type Sweep, sweepOver } from '../runs/sweep-over.js';
import { type Line, variantOf } from './line.js';
import type { LineResult, Rules, SweepPlan, SweptRun } from './sweep.js';

export class SweepPlanner {
  private readonly lossOf: (run: RunSpec) => number | null;

  constructor(
    private readonly plan: SweepPlan,
    private readonly finished: FinishedRuns,
  ) {
    this.lossOf = lossIn(finished);
  }

  /** Every run, each once, line by line. */
  runs(): RunSpec[] {
    return this.lines().flatMap((line) => this.sweep(line).rates.map((value) => this.runAt(line, value)));
  }

  finishedRuns(): SweptRun[] {
    return this.lines().flatMap((line) =>
      this.sweep(line).rates.flatMap((value) => {
        const run = this.finished.get(runName(this.runAt(line, value)));
        return run === undefined ? [] : [{ ...run, size: line.size, rules: this.rulesOf(line), value }];
      }),
    );
  }

  results(): LineResult[] {
    const base = this.sweep(this.baseLine).best;
    return this.lines().map((line) => {
      const { best, edge } = this.sweep(line);
      const lossAt = (value: number | null) =>
        value === null ? null : finite(this.lossOf(this.runAt(line, value)));
      return {
        ...{ size: line.size, rules: this.rulesOf(line), best, edge },
        ...{ loss: lossAt(best), lossAtBase: lossAt(base) },
      };
    });
  }

  /** By size; without the rules, then with them. */
  private lines(): Line[] {
    const { axis, sizes, base } = this.plan;
    return sizes.flatMap((size) =>
      size === base ? [this.baseLine] : [null, base].map((tunedAt) => ({ axis, size, tunedAt })),
    );
  }

  private get baseLine(): Line {
    return { axis: this.plan.axis, size: this.plan.base, tunedAt: null };
  }

  private rulesOf({ size, tunedAt }: Line): Rules {
    if (size === this.plan.base) return 'both';
    return tunedAt === null ? 'without' : 'with';
  }

  /** Every size is tried at the value that is best at the base, too, and at those between: that is what is carried over. */
  private sweep(line: Line): Sweep {
    const { values, base, extend } = this.plan;
    const lossAt = (value: number) => this.lossOf(this.runAt(line, value));
    const own = sweepOver(values, lossAt, extend);
    const carried = line.size === base ? null : this.sweep(this.baseLine);
    if (carried === null || carried.best === null) return own;
    const [low, high] = [
      Math.min(values[0], carried.best),
      Math.max(values[values.length - 1], carried.best),
    ];
    const all = new Set([...own.rates, ...carried.rates.filter((value) => value >= low && value <= high)]);
    return sweepOver(
      [...all].sort((a, b) => a - b),
      lossAt,
      extend,
    );
  }

  private runAt(line: Line, value: number): RunSpec {
    const { budget, seed, learningRate } = this.plan;
    const alpha = learningRate === null ? null : value;
    return {
      ...{ arch: 'ngpt', variant: variantOf({ ...line, alpha }), budget },
      ...{ learningRate: learningRate ?? value, seed },
    };
  }
}

function finite(loss: number | null): number | null {
  return loss !== null && Number.isFinite(loss) ? loss : null;
}
