/** The learned scales of nGPT: α, s_qk, s_u, s_v and s_z. */
import type { LayerScales, ScalesReport } from '../../inspect/model-report.js';
import { list, namedValues, range, short } from '../../words.js';
import { type Axis, lookOf, type Panel } from '../chart.js';
import type { Figure, FigureData, NamedModel } from '../figure.js';
import {
  histogramPanel,
  type LookedModel,
  layerAxis,
  someLayers,
  spreadSeries,
  withLooks,
} from './models.js';

interface Scaled extends LookedModel {
  readonly scales: ScalesReport;
}

type ScaleOfLayer = keyof LayerScales;

interface Name {
  readonly symbol: string;
  readonly of: string;
}

const NAMES: Readonly<Record<ScaleOfLayer, Name>> = {
  attentionAlpha: { symbol: 'α_A', of: 'attention' },
  mlpAlpha: { symbol: 'α_M', of: 'MLP' },
  sqk: { symbol: 's_qk', of: 'queries and keys' },
  su: { symbol: 's_u', of: 'MLP' },
  sv: { symbol: 's_v', of: 'MLP' },
};

const ALPHAS = ['attentionAlpha', 'mlpAlpha'] as const;
const OTHERS = ['sqk', 'su', 'sv'] as const;
/** The setting that says how a scale is learned, or that it is not. */
const SETTINGS = { sqk: 'sqk', su: 'suv', sv: 'suv' } as const;

export function alphasByLayer(data: FigureData): Figure | null {
  const scaled = scaledModels(data);
  if (scaled.length === 0) return null;
  const means = scaled.map(({ name, scales }) => {
    const values = scales.layers.flatMap((layer) => ALPHAS.map((alpha) => layer[alpha].mean));
    return [name, range(values)] as const;
  });
  const [mean, share] = scaled.some(isSigned)
    ? ['α', 'with its sign where the model is trained so']
    : ['|α|', 'the share of the way that one step goes'];
  return {
    title: 'Eigen learning rates by layer',
    chart: { panels: ALPHAS.map((alpha) => layerPanel(scaled, alpha)), sharesY: true },
    paper:
      'Figure 6 (left): attention and MLP each move the hidden state 20 to 30 % of the way to what they suggest.',
    finding: `The mean ${mean} of a layer is ${namedValues(means)}: ${share}; whiskers reach over all dimensions.`,
  };
}

export function scalesByLayer(data: FigureData): Figure | null {
  const scaled = scaledModels(data);
  if (scaled.length === 0) return null;
  const parts = OTHERS.map((scale) => {
    const means = scaled.flatMap(({ scales }) => scales.layers.map((layer) => layer[scale].mean));
    const isFixed = scaled.every(({ report: { config } }) => config[SETTINGS[scale]] === 'fixed');
    return `${NAMES[scale].symbol} ${range(means)}${isFixed ? ' (fixed)' : ''}`;
  });
  return {
    title: 'Scales of queries, keys and MLP by layer',
    chart: { panels: OTHERS.map((scale) => layerPanel(scaled, scale)), sharesY: true },
    paper:
      'Figure 6 (middle and right) draws them by layer; table 5: with s_qk, s_u and s_v fixed the loss is only 0.20 % higher.',
    finding: `All begin at 1 by default; the means of the layers are ${list(parts)}.`,
  };
}

/** Of one model layer by layer; of several all layers together, one over the other. */
export function scaleHistograms(data: FigureData): Figure | null {
  const scaled = scaledModels(data);
  if (scaled.length === 0) return null;
  const [first] = scaled;
  const isSingle = scaled.length === 1;
  const layers = someLayers(first.scales.layers.length);
  const panels = ([...ALPHAS, ...OTHERS] as const).map((scale) =>
    scalePanel(
      titleOf(scaled, scale),
      isSingle
        ? layers.map((layer, i) => ({
            ...{ name: `layer ${layer + 1}`, look: lookOf(i) },
            values: [first.scales.layers[layer][scale]],
          }))
        : scaled.map(({ name, look, scales }) => ({
            ...{ name, look },
            values: scales.layers.map((layer) => layer[scale]),
          })),
    ),
  );
  const widest = scaled.map((model) => [model.name, widestOf(model)] as const);
  return {
    title: 'Histograms of the scales',
    chart: { panels },
    paper: 'Figure 14 draws such histograms; after training each dimension has a scale of its own.',
    finding: `The widest range is ${namedValues(widest)}.`,
  };
}

export function szHistogram(data: FigureData): Figure | null {
  const scaled = scaledModels(data);
  if (scaled.length === 0) return null;
  const parts = scaled.map(({ name, look, scales: { sz } }) => ({ name, look, values: [sz] }));
  const ranges = scaled.map(
    ({ name, scales: { sz } }) =>
      [name, `${short(sz.min)} to ${short(sz.max)}, mean ${short(sz.mean)}`] as const,
  );
  return {
    title: 'Scales of the logits',
    chart: { panels: [histogramPanel(null, 's_z of a token', 'tokens', parts)] },
    paper:
      'Table 4: how s_z is learned matters most of all scales; stored at 1 from the start, the loss is 3.12 % higher.',
    finding: `s_z, by which the cosines are multiplied before the softmax, is ${namedValues(ranges)}.`,
  };
}

function scaledModels({ models }: Pick<FigureData, 'models'>): Scaled[] {
  return withLooks(models).flatMap((model) => {
    const { scales } = model.report;
    return scales === null || scales.layers.length === 0 ? [] : [{ ...model, scales }];
  });
}

function layerPanel(scaled: readonly Scaled[], scale: ScaleOfLayer): Panel {
  const y: Axis = { label: 'value', unit: null, includes: 0 };
  const series = scaled.map(({ name, look, scales }) =>
    spreadSeries(
      name,
      look,
      scales.layers.map((layer) => layer[scale]),
    ),
  );
  return { title: titleOf(scaled, scale), x: layerAxis(scaled as readonly NamedModel[]), y, series };
}

type Parts = Parameters<typeof histogramPanel>[3];

function scalePanel(title: string, parts: Parts): Panel {
  return histogramPanel(title, 'value', 'dimensions', parts);
}

function widestOf(model: Scaled): string {
  const ranges = model.scales.layers.flatMap((layer, i) =>
    (Object.keys(NAMES) as ScaleOfLayer[]).map((scale) => ({ scale, i, ...layer[scale] })),
  );
  const { scale, i, min, max } = ranges.reduce((most, each) =>
    each.max - each.min > most.max - most.min ? each : most,
  );
  return `that of ${symbolOf([model], scale)} in layer ${i + 1} (${short(min)} to ${short(max)})`;
}

/** Of the models of a figure: where one of them has a signed α, α is drawn with its sign. */
function titleOf(scaled: readonly Scaled[], scale: ScaleOfLayer): string {
  return `${symbolOf(scaled, scale)}, ${NAMES[scale].of}`;
}

function symbolOf(scaled: readonly Scaled[], scale: ScaleOfLayer): string {
  const { symbol } = NAMES[scale];
  const isAlpha = ALPHAS.some((alpha) => alpha === scale);
  return isAlpha && !scaled.some(isSigned) ? `|${symbol}|` : symbol;
}

function isSigned({ report: { config } }: Scaled): boolean {
  return config.signedAlpha;
}
