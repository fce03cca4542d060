/** How well-conditioned the matrices are. */

import type { Architecture } from '../../../ngpt/index.js';
import { type LayerMatrices, MATRIX_NAMES } from '../../inspect/model-report.js';
import { medianOf } from '../../median.js';
import { archName, count, list, namedValues, short } from '../../words.js';
import type { Panel, Point, Series } from '../chart.js';
import type { Figure, FigureData } from '../figure.js';
import { type LookedModel, layerAxis, withLooks } from './models.js';

type MatrixName = keyof LayerMatrices;

const MATRICES = Object.keys(MATRIX_NAMES) as MatrixName[];

export function conditionNumbers({ models }: FigureData): Figure | null {
  const looked = withLooks(models).filter(({ report }) => report.matrices.length > 0);
  if (looked.length === 0) return null;
  const panels = MATRICES.map((matrix): Panel => {
    const series = looked.map(
      ({ name, look, report }): Series => ({
        ...{ name, look, form: 'line' },
        points: report.matrices.map((layer, i) => ({
          x: i + 1,
          y: layer[matrix].conditionNumber ?? Number.NaN,
        })),
      }),
    );
    const y = { label: 'condition number', unit: null, scale: 'log', includes: 1 } as const;
    return { title: MATRIX_NAMES[matrix], x: layerAxis(looked), y, series };
  });
  return {
    title: 'Condition numbers',
    chart: { panels, sharesY: true },
    paper:
      'Figures 5 and 12: the matrices of nGPT are far better conditioned, most of all in attention; layer-4 keys have 1,379 in GPT and 2.9 in nGPT.',
    finding: conditionFinding(looked),
  };
}

function conditionFinding(looked: readonly LookedModel[]): string {
  const values = looked.map((model) => [model.name, short(medianOf(conditionsOf(model)))] as const);
  const infinite = looked.reduce((sum, model) => sum + infiniteOf(model), 0);
  const remark =
    infinite === 0
      ? ''
      : `; ${count(infinite, 'matrix', 'matrices')} lack full rank, an infinite number that is not drawn`;
  return `The median over all layers and matrices is ${namedValues(values)}${comparedFinding(looked)}${remark}.`;
}

/** Where there are both. Of several, what holds for every pair. */
function comparedFinding(looked: readonly LookedModel[]): string {
  const [ngpts, gpts] = (['ngpt', 'gpt'] as const).map((arch) =>
    looked.filter(({ report }) => report.config.arch === arch),
  );
  if (ngpts.length === 0 || gpts.length === 0) return '';
  const isBetter = (ngpt: LookedModel, gpt: LookedModel, matrix: MatrixName) =>
    medianOf(conditionsOf(ngpt, [matrix])) < medianOf(conditionsOf(gpt, [matrix]));
  const better = MATRICES.filter((matrix) =>
    ngpts.every((ngpt) => gpts.every((gpt) => isBetter(ngpt, gpt, matrix))),
  );
  const where = `in ${every(ngpts, 'ngpt')} than in ${every(gpts, 'gpt')}`;
  if (better.length === 0) return `; none of the ${MATRICES.length} kinds is better conditioned ${where}`;
  return `; better conditioned ${where}: ${list(better.map((matrix) => MATRIX_NAMES[matrix]))} (${better.length} of ${MATRICES.length} kinds)`;
}

function every(models: readonly LookedModel[], arch: Architecture): string {
  return `${models.length > 1 ? 'every ' : ''}${archName(arch)}`;
}

function conditionsOf({ report }: LookedModel, matrices: readonly MatrixName[] = MATRICES): number[] {
  return report.matrices.flatMap((layer) =>
    matrices.flatMap((matrix) => layer[matrix].conditionNumber ?? []),
  );
}

function infiniteOf({ report }: LookedModel): number {
  return report.matrices.reduce(
    (sum, layer) => sum + MATRICES.filter((matrix) => layer[matrix].conditionNumber === null).length,
    0,
  );
}

/** Singular values of a layer in the middle, each divided by the largest; of attention the mean over heads. */
export function spectra({ models }: FigureData): Figure | null {
  const looked = withLooks(models).filter(({ report }) => report.matrices.length > 0);
  if (looked.length === 0) return null;
  const middle = (model: LookedModel) => Math.floor((model.report.matrices.length - 1) / 2);
  const panels = MATRICES.map((matrix): Panel => {
    const series = looked.map((model): Series => {
      const { singularValues } = model.report.matrices[middle(model)][matrix];
      return { name: model.name, look: model.look, form: 'line', points: meanSpectrum(singularValues) };
    });
    return {
      title: MATRIX_NAMES[matrix],
      x: { label: 'place in the order', unit: '% of all' },
      y: { label: 'singular value / largest', unit: null, scale: 'log' },
      series,
    };
  });
  const ends = looked.map((model) => {
    const layer = model.report.matrices[middle(model)];
    const smallest = MATRICES.map(
      (matrix) => meanSpectrum(layer[matrix].singularValues).at(-1)?.y ?? Number.NaN,
    );
    return [`layer ${middle(model) + 1} of ${model.name}`, short(medianOf(smallest))] as const;
  });
  return {
    title: 'Spectra of the matrices',
    chart: { panels, sharesY: true },
    paper:
      'The paper gives the two ends only, as condition numbers (figures 5 and 12): an even spectrum is flat.',
    finding: `The smallest singular value divided by the largest, the median over the seven matrices, is ${list(ends.map(([name, value]) => `${value} in ${name}`))}.`,
  };
}

/** Divided by the largest of its head, then the mean over heads, which are all of one size. */
function meanSpectrum(heads: readonly (readonly number[])[]): Point[] {
  const relative = heads.filter(([largest]) => largest > 0);
  if (relative.length === 0) return [];
  const length = Math.min(...relative.map((values) => values.length));
  return Array.from({ length }, (_, i) => ({
    x: length === 1 ? 100 : (100 * i) / (length - 1),
    y: relative.reduce((sum, values) => sum + values[i] / values[0], 0) / relative.length,
  }));
}
