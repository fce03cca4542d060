/** Measures the matrices of a layer, those of attention head by head. Explained in docs/experiments.md. */
import type { LanguageModel } from '../../ngpt/index.js';
import { medianOf } from '../median.js';
import { matrixInUse } from './matrix-in-use.js';
import type { LayerMatrices, MatrixReport } from './model-report.js';
import { columnsOf, type Matrix, type Range, rowsOf } from './part.js';
import { conditionNumber, singularValues } from './spectrum.js';

/** Measures the matrices of one layer. @param measured - told after each. */
export async function measureMatrices(
  model: LanguageModel,
  layer: number,
  measured: () => Promise<void> = async () => {},
): Promise<LayerMatrices> {
  const { nEmbd, nHead, dMlp } = model.config;
  const weight = (name: string) => matrixInUse(model, `transformer.h.${layer}.${name}.weight`);
  const report = async (parts: readonly Matrix[]) => {
    const measuredParts = reportOf(parts.map(singularValues));
    await measured();
    return measuredParts;
  };
  const heads = Array.from({ length: nHead }, (_, head) => partAt(head, nEmbd / nHead));
  const perHead = async (name: string) => {
    const values = await weight(name);
    return report(heads.map((head) => rowsOf(values, nEmbd, head)));
  };
  const expansion = await weight('c_fc');
  const output = await weight('att_c_proj');
  return {
    query: await perHead('query'),
    key: await perHead('key'),
    value: await perHead('value'),
    attentionOutput: await report(heads.map((head) => columnsOf(output, nEmbd, head))),
    mlpU: await report([rowsOf(expansion, nEmbd, partAt(0, dMlp))]),
    mlpV: await report([rowsOf(expansion, nEmbd, partAt(1, dMlp))]),
    mlpOutput: await report([columnsOf(await weight('mlp_c_proj'), dMlp, partAt(0, dMlp))]),
  };
}

/** Matrices that `measureMatrices` measures: the fields of its result. */
export const MATRICES_PER_LAYER = 7;

function partAt(index: number, size: number): Range {
  return { first: index * size, end: (index + 1) * size };
}

function reportOf(spectra: readonly (readonly number[])[]): MatrixReport {
  const conditionNumbers = spectra.map(conditionNumber);
  return {
    conditionNumber: finite(medianOf(conditionNumbers)),
    conditionNumbers: conditionNumbers.map(finite),
    singularValues: spectra,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
