/** What is tuned on a small model, at larger ones: without the rules of νGPT and with them. */
import type { LineResult, SizeSweep } from '../../sweep/sweep.js';
import { bestAtBase, bySize, wordsOf } from '../../sweep/words.js';
import { count, list, loss, short } from '../../words.js';
import type { Axis, Panel, Series } from '../chart.js';
import type { Figure, FigureData } from '../figure.js';
import { shadeOf } from './looks.js';

const LOSS: Axis = { label: 'validation loss', unit: 'nats per token' };

/** A panel without the rules and one with them; a line for each size, and a star at the lowest of each. */
export function transfer({ sweep }: FigureData): Figure | null {
  if (sweep === null || sweep.runs.length === 0) return null;
  const { size, value } = wordsOf(sweep.plan);
  return {
    title: `Final loss against the ${value}, by ${size}`,
    chart: {
      panels: [
        panel(sweep, 'without', `without the rules`),
        panel(sweep, 'with', `with the rules, from ${size} ${sweep.plan.base}`),
      ],
      sharesY: true,
    },
    paper:
      'The paper has one learning rate for each of its models; the rules are those of νGPT (arXiv:2604.27077), where the best one is the same at all sizes.',
    finding: finding(sweep),
  };
}

function panel(sweep: SizeSweep, rules: 'without' | 'with', title: string): Panel {
  const { size, value } = wordsOf(sweep.plan);
  const { sizes } = sweep.plan;
  const lines = sizes.flatMap((each, i): Series[] => {
    const points = sweep.runs
      .filter((run) => run.size === each && (run.rules === rules || run.rules === 'both'))
      .map((run) => ({ x: run.value, y: run.valLoss ?? Number.NaN }))
      .sort((a, b) => a.x - b.x);
    const look = shadeOf('ngpt', i, sizes.length);
    return points.length === 0 ? [] : [{ name: `${size} ${each}`, look, form: 'line', points }];
  });
  const best: Series = {
    ...{ name: 'best of each', look: { colour: 'black', dash: 'solid', marker: 'star' }, form: 'points' },
    points: bySize(sweep).flatMap((both) => {
      const { best, loss } = both[rules];
      return best === null || loss === null ? [] : [{ x: best, y: loss }];
    }),
  };
  const ticks = [...new Set(sweep.runs.map((run) => run.value))].sort((a, b) => a - b);
  return {
    title,
    x: { label: value, unit: null, scale: 'log', ticks },
    y: LOSS,
    series: best.points.length === 0 ? lines : [...lines, best],
  };
}

function finding(sweep: SizeSweep): string {
  const { size, value } = wordsOf(sweep.plan);
  const base = bestAtBase(sweep);
  const diverged = sweep.runs.filter(({ valLoss }) => valLoss === null).length;
  const remark =
    diverged === 0
      ? ''
      : ` ${count(diverged, 'run')} diverged and ${diverged === 1 ? 'is' : 'are'} not drawn.`;
  if (base === null) return `The best ${value} of ${size} ${sweep.plan.base} is not known.${remark}`;
  const others = bySize(sweep).filter((each) => each.size !== sweep.plan.base);
  const parts = others.flatMap(({ size: each, without, with: ruled }) => {
    const [one, other] = [shortfall(without), shortfall(ruled)];
    return one === null || other === null
      ? []
      : [`${one} above its lowest without the rules and ${other} with them at ${size} ${each}`];
  });
  const rest = parts.length === 0 ? '' : ` It gives a loss ${list(parts)}.`;
  return `The best ${value} of ${size} ${sweep.plan.base} is ${short(base)}.${rest}${remark}`;
}

/** What the best value of the base costs beside the best of the size itself. */
function shortfall(line: LineResult): string | null {
  return line.loss === null || line.lossAtBase === null ? null : loss(line.lossAtBase - line.loss);
}
