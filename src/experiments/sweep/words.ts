/** What is swept, in words: the same in tables of text, in figures and in reports. */
import type { LineResult, SizeSweep, SweepPlan } from './sweep.js';

export interface SweepWords {
  /** What models differ in: `width` or `depth`. */
  readonly size: string;
  /** What is tuned. */
  readonly value: string;
  /** As the command line calls its list. */
  readonly option: string;
}

export function wordsOf({ axis }: SweepPlan): SweepWords {
  return axis === 'width'
    ? { size: 'width', value: 'learning rate', option: '--learning-rates' }
    : { size: 'depth', value: 'first alpha', option: '--alphas' };
}

/** `width 64 with the rules` */
export function lineName(plan: SweepPlan, { size, rules }: Pick<LineResult, 'size' | 'rules'>): string {
  const which = { without: ' without the rules', with: ' with the rules', both: '' }[rules];
  return `${wordsOf(plan).size} ${size}${which}`;
}

/** The best value at the base, which is what the rules carry over; null before it is known. */
export function bestAtBase({ lines }: Pick<SizeSweep, 'lines'>): number | null {
  return lines.find(({ rules }) => rules === 'both')?.best ?? null;
}

export interface SizeResult {
  readonly size: number;
  readonly without: LineResult;
  readonly with: LineResult;
}

/** Of each size both lines, which are one at the base. */
export function bySize({ plan, lines }: Pick<SizeSweep, 'plan' | 'lines'>): SizeResult[] {
  return plan.sizes.flatMap((size) => {
    const find = (rules: 'without' | 'with') =>
      lines.find((line) => line.size === size && (line.rules === rules || line.rules === 'both'));
    const [one, other] = [find('without'), find('with')];
    return one === undefined || other === undefined ? [] : [{ size, without: one, with: other }];
  });
}

/** Lines whose best value is at the edge of those tried, and what to say of each. */
export function edgeNotes({ plan, lines }: Pick<SizeSweep, 'plan' | 'lines'>): string[] {
  const beyond = { low: 'the lowest', high: 'the highest', only: 'the only one' };
  const { value } = wordsOf(plan);
  return lines.flatMap((line) =>
    line.best === null || line.edge === 'inside'
      ? []
      : [
          `the best ${value} of ${lineName(plan, line)}, ${line.best}, is ${beyond[line.edge]} that was tried: others may be better` +
            `${plan.extend ? '' : '; --extend tries them'}`,
        ],
  );
}

/** Lines of which every run diverged. */
export function hopelessNotes({ plan, lines, runs }: SizeSweep): string[] {
  const { value, option } = wordsOf(plan);
  return lines.flatMap((line) => {
    const tried = runs.filter(({ size, rules }) => size === line.size && rules === line.rules);
    const isComplete = plan.values.every((each) => tried.some((run) => run.value === each));
    if (line.best !== null || !isComplete) return [];
    const lowest = Math.min(...tried.map((run) => run.value));
    return [
      `every run of ${lineName(plan, line)} diverged, with the ${value} ${lowest} too: give lower ${option}`,
    ];
  });
}
