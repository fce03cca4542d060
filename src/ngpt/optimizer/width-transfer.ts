/**
 * νGPT (Shigida, Hanin and Gromov 2026, arXiv:2604.27077, table 1): the learning rate that is best for one width is best for
 * others, too, if each kind of parameter follows the ratio m of the widths in a way of its own. The input matrix goes with
 * m^(−1/2), hidden and output matrices with m^(−3/4). Scales are stored there at a constant, with a rate that is the same at
 * all widths; what is stored here at 1/√d moves as far with m^(−1/2), and what is stored at a constant with no factor.
 * Explained in docs/experiments.md.
 *
 * Left out: there the output matrix may have a constant factor besides, and s_z acts with √m at first, which `szInit` can say.
 */
import type { NamedParameter, ParameterGroup } from '../../nn/index.js';
import type { LanguageModel } from '../language-model.js';
import { Scale } from '../scale.js';

/**
 * The parameters in groups whose rates suit this width where a rate was tuned at `tunedWidth`, in their order. 0 stands for
 * the width itself, where all are one group.
 */
export function groupsForWidth(model: LanguageModel, tunedWidth: number): ParameterGroup[] {
  const ratio = tunedWidth === 0 ? 1 : model.config.nEmbd / tunedWidth;
  const groups: { parameters: NamedParameter[]; learningRateScale: number }[] = [];
  for (const named of model.namedParameters()) {
    const learningRateScale = ratio ** widthExponent(model, named);
    const last = groups.at(-1);
    if (last?.learningRateScale === learningRateScale) last.parameters.push(named);
    else groups.push({ parameters: [named], learningRateScale });
  }
  return groups;
}

/** With what power of the width the rate of a parameter goes. A matrix that is embedding and head counts as the head. */
function widthExponent({ embedding, config }: LanguageModel, [, parameter]: NamedParameter): number {
  if (parameter instanceof Scale) return parameter.scale === 1 / Math.sqrt(config.nEmbd) ? -1 / 2 : 0;
  return parameter === embedding.weight && !config.tieWeights ? -1 / 2 : -3 / 4;
}
