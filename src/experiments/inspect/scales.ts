import { noGrad } from '../../autograd/index.js';
import { type LanguageModel, NGPT } from '../../ngpt/index.js';
import { scope, type Tensor } from '../../tensor/index.js';
import { distributionOf } from './distribution.js';
import type { LayerScales, ScalesReport } from './model-report.js';

/** What has learned a value that acts on others: α, s_qk, s_u and s_v, s_z. */
interface Acting {
  value(): Tensor;
}

/** The scales as they act; null for the baseline. Explained in docs/experiments.md. */
export async function measureScales(model: LanguageModel): Promise<ScalesReport | null> {
  if (!(model instanceof NGPT)) return null;
  const layers: LayerScales[] = [];
  // As the residual step takes them.
  const acting = model.config.signedAlpha ? (value: number) => value : Math.abs;
  for (const { attnAlpha, mlpAlpha, attention, mlp } of model.blocks) {
    const suv = await valuesOf(mlp.suv);
    layers.push({
      attentionAlpha: distributionOf((await valuesOf(attnAlpha)).map(acting)),
      mlpAlpha: distributionOf((await valuesOf(mlpAlpha)).map(acting)),
      sqk: distributionOf(await valuesOf(attention.sqk)),
      su: distributionOf(suv.subarray(0, suv.length / 2)),
      sv: distributionOf(suv.subarray(suv.length / 2)),
    });
  }
  return { layers, sz: distributionOf(await valuesOf(model.sz)) };
}

async function valuesOf(scale: Acting): Promise<Float64Array> {
  const value = noGrad(() => scope(() => scale.value()));
  return Float64Array.from(await value.takeData());
}
