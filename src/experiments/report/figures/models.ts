/** What figures of models have in common. */
import type { Distribution, Spread } from '../../inspect/model-report.js';
import type { Axis, Look, Panel, Series } from '../chart.js';
import type { NamedModel } from '../figure.js';
import { commonEdges, outline } from './histograms.js';
import { looksOf } from './looks.js';

export interface LookedModel extends NamedModel {
  readonly look: Look;
}

/** Every model with its look, the same in all figures of a report. */
export function withLooks(models: readonly NamedModel[]): LookedModel[] {
  const looks = looksOf(models.map(({ report }) => report.config.arch));
  return models.map((model, i) => ({ ...model, look: looks[i] }));
}

/** Layers from 1 on, as people count them. */
export function layerAxis(models: readonly NamedModel[]): Axis {
  const most = Math.max(1, ...models.map(({ report }) => report.matrices.length));
  return { label: 'layer', unit: null, ticks: Array.from({ length: most + 1 }, (_, i) => i) };
}

/** Means with whiskers from the least to the greatest. */
export function spreadSeries(name: string, look: Look, values: readonly Spread[], first = 1): Series {
  const points = values.map(({ mean, min, max }, i) => ({ x: first + i, y: mean, low: min, high: max }));
  return { name, look, form: 'line', points };
}

/** Distributions over each other, in bins of the same width. */
export function histogramPanel(
  title: string | null,
  label: string,
  what: string,
  parts: readonly { readonly name: string; readonly look: Look; readonly values: readonly Distribution[] }[],
): Panel {
  const edges = commonEdges(parts.flatMap(({ values }) => values));
  const series = parts.map(
    ({ name, look, values }): Series => ({
      ...{ name, look, form: 'steps' },
      points: outline(
        values.map(({ histogram }) => histogram),
        edges,
      ),
    }),
  );
  return {
    title,
    x: { label, unit: null },
    y: { label: `share of ${what}`, unit: '%', includes: 0 },
    series,
  };
}

/** Up to four of the layers: the first, the last, and some between. */
export function someLayers(layers: number, most = 4): number[] {
  const last = layers - 1;
  const chosen = Array.from({ length: most }, (_, i) => Math.round((i * last) / (most - 1)));
  return [...new Set(chosen)].filter((layer) => layer >= 0);
}
