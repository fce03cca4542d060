/** What layers do to the hidden state, and where attention looks. */
import type { HiddenReport, LayerHidden, Spread } from '../../inspect/model-report.js';
import { medianOf } from '../../median.js';
import { list, namedValues, range, short } from '../../words.js';
import type { Axis, Panel, Series } from '../chart.js';
import type { Figure, FigureData } from '../figure.js';
import { type LookedModel, layerAxis, spreadSeries, withLooks } from './models.js';

const DEGREES = 180 / Math.PI;

export function hiddenNorms({ models }: FigureData): Figure | null {
  const looked = withLooks(models).filter(({ report }) => report.hidden.norms.length > 0);
  if (looked.length === 0) return null;
  const y: Axis = { label: 'norm of the hidden state', unit: null, scale: 'log' };
  const x = { ...layerAxis(looked), label: 'layers passed' };
  const series = looked.map(({ name, look, report }) => spreadSeries(name, look, report.hidden.norms, 0));
  const changes = looked.map(({ name, report: { hidden } }) => {
    const [first, last] = [hidden.norms[0].mean, hidden.norms.at(-1)!.mean];
    return [name, `${short(first)} to ${short(last)}`] as const;
  });
  return {
    title: 'Lengths of the hidden states',
    chart: { panels: [{ title: null, x, y, series }] },
    paper:
      'The paper draws no such figure; in nGPT every hidden state is a unit vector (section 2.2), in GPT nothing bounds it.',
    finding: `From the embedding to the last layer the mean length goes from ${namedValues(changes)}.`,
  };
}

const ANGLES = [
  ['attentionAngle', 'turned by attention'],
  ['mlpAngle', 'turned by the MLP'],
  ['blockAngle', 'turned by the layer'],
] as const;

export function angles({ models }: FigureData): Figure | null {
  const looked = withLooks(models).filter(({ report }) => report.hidden.layers.length > 0);
  if (looked.length === 0) return null;
  const panels = ANGLES.map(([angle, title]): Panel => {
    const series = looked.map(({ name, look, report }) =>
      spreadSeries(
        name,
        look,
        report.hidden.layers.map((layer) => inDegrees(layer[angle])),
      ),
    );
    return { title, x: layerAxis(looked), y: { label: 'angle', unit: 'degrees', includes: 0 }, series };
  });
  const means = looked.map(({ name, report }) => {
    const blocks = report.hidden.layers.map(({ blockAngle }) => DEGREES * blockAngle.mean);
    return [name, `${range(blocks)}°`] as const;
  });
  return {
    title: 'Angles between hidden states',
    chart: { panels, sharesY: true },
    paper:
      'The paper draws no angles; figure 6 gives the share of the way that each step goes, and section 2.2.2 how it turns the state.',
    finding: `A layer turns the hidden state of a token by ${namedValues(means)} on average; whiskers reach over all tokens.`,
  };
}

function inDegrees({ mean, min, max }: Spread): Spread {
  return { mean: DEGREES * mean, min: DEGREES * min, max: DEGREES * max };
}

export function firstTokenAttention({ models }: FigureData): Figure | null {
  const looked = withLooks(models).filter(({ report }) => report.hidden.layers.some(hasShare));
  if (looked.length === 0) return null;
  const y: Axis = { label: 'attention on the first token', unit: '%', includes: 0 };
  const series = looked.map(({ name, look, report }): Series => {
    const shares = report.hidden.layers.map(({ firstTokenShare }) => overHeads(firstTokenShare ?? []));
    return spreadSeries(name, look, shares);
  });
  const medians = looked.map((model) => [model.name, `${short(medianOf(sharesOf(model)))} %`] as const);
  const evens = new Map(looked.map(({ report: { hidden } }) => [hidden.blockSize, evenShare(hidden)]));
  // Of blocks of several sizes there is no one line.
  const reference =
    evens.size === 1 ? { reference: { value: [...evens.values()][0], label: 'if spread evenly' } } : {};
  return {
    title: 'Attention on the first token',
    chart: {
      panels: [{ title: null, x: layerAxis(looked), y, series, ...reference }],
    },
    paper:
      'The paper does not measure it; elsewhere Transformers are known to rest attention on their first token.',
    finding: `The median over heads is ${namedValues(medians)}, where attention spread evenly gives ${evenText(evens)}; whiskers reach over the heads of a layer.`,
  };
}

/** In per cent. */
function evenShare({ evenFirstTokenShare }: HiddenReport): number {
  return 100 * evenFirstTokenShare;
}

/** By the size of blocks, which is named where there are several. */
function evenText(evens: ReadonlyMap<number, number>): string {
  return list(
    [...evens].map(([size, share]) => `${short(share)} %${evens.size === 1 ? '' : ` in blocks of ${size}`}`),
  );
}

function hasShare({ firstTokenShare }: LayerHidden): boolean {
  return firstTokenShare !== null && firstTokenShare.length > 0;
}

/** In per cent. */
function overHeads(shares: readonly number[]): Spread {
  const percent = shares.map((share) => 100 * share);
  const mean = percent.reduce((sum, share) => sum + share, 0) / percent.length;
  return { mean, min: Math.min(...percent), max: Math.max(...percent) };
}

function sharesOf({ report }: LookedModel): number[] {
  return report.hidden.layers.flatMap(({ firstTokenShare }) =>
    (firstTokenShare ?? []).map((share) => 100 * share),
  );
}
