/** What is inside both models, in rows of a table. */
import {
  type LayerMatrices,
  type LayerScales,
  MATRIX_NAMES,
  type MatrixReport,
  type ScalesReport,
} from '../../../src/experiments/inspect/model-report.js';
import { medianOf } from '../../../src/experiments/median.js';
import type { Architecture } from '../../../src/ngpt/index.js';
import type { Inside } from '../../measure/inside.js';
import { NAMES } from '../../palette.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import { stepsIn } from '../states.js';

/** Cells of a table; the first row and the first column are headings. */
export type Rows = readonly (readonly string[])[];

const SCALES = {
  attentionAlpha: '|α| of attention',
  mlpAlpha: '|α| of the MLP',
  sqk: 's_qk',
  su: 's_u',
  sv: 's_v',
} as const satisfies Record<keyof LayerScales, string>;

/** Means of nGPT's scales by layer. */
export function scaleRows({ layers, sz }: ScalesReport): Rows {
  return [
    ['mean', ...layers.map((_, i) => `layer ${i + 1}`)],
    ...Object.entries(SCALES).map(([name, label]) => [
      label,
      ...layers.map((layer) => layer[name as keyof typeof SCALES].mean.toFixed(3)),
    ]),
    ['s_z', sz.mean.toFixed(2), ...layers.slice(1).map(() => '')],
  ];
}

/** Condition numbers by matrix, the median over layers and heads, of each model. */
export function conditionRows(insides: Readonly<Partial<Record<Architecture, Inside>>>): Rows {
  const archs = ARCHITECTURES.filter((arch) => insides[arch] !== undefined);
  return [
    ['condition number', ...archs.map((arch) => NAMES[arch])],
    ...Object.entries(MATRIX_NAMES).map(([name, label]) => [
      label,
      ...archs.map((arch) =>
        median(insides[arch]!.matrices.map((layer) => layer[name as keyof LayerMatrices])),
      ),
    ]),
  ];
}

/**
 * When the numbers were taken: curves may have gone on since, and while models train, a step or two before they were.
 * @example whenOf({ ngpt: 1200 }, false) // 'nGPT after 1,200 steps'
 */
export function whenOf(steps: Readonly<Partial<Record<Architecture, number>>>, isTraining: boolean): string {
  const parts = ARCHITECTURES.flatMap((arch) => {
    const step = steps[arch];
    return step === undefined ? [] : [`${NAMES[arch]} after ${stepsIn({ steps: step })}`];
  });
  return [...parts, ...(isTraining && parts.length > 0 ? ['or a few more'] : [])].join(', ');
}

function median(reports: readonly MatrixReport[]): string {
  const middle = medianOf(reports.map(({ conditionNumber }) => conditionNumber ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(middle) ? middle.toPrecision(3) : 'without bound';
}
