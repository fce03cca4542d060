import { noGrad } from '../../autograd/index.js';
import type { LanguageModel } from '../../ngpt/index.js';
import { scope, unit } from '../../tensor/index.js';

/** The matrices that write hidden states: their columns are unit vectors, of all others the rows. */
const WRITES = /c_proj\.weight$/;

/**
 * The values of a matrix as it acts, by its name in checkpoints. Of nGPT with `weightNorm` forward these are the unit
 * vectors that every pass makes of what is stored.
 */
export async function matrixInUse(model: LanguageModel, name: string): Promise<ArrayLike<number>> {
  const parameter = new Map(model.namedParameters()).get(name);
  if (parameter === undefined) throw new Error(`the model has no ${name}`);
  const { arch, weightNorm } = model.config;
  if (arch !== 'ngpt' || weightNorm !== 'forward') return parameter.data();
  return noGrad(() => scope(() => unit(parameter, WRITES.test(name) ? 0 : 1))).takeData();
}
