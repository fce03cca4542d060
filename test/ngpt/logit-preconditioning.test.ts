import { beforeAll, describe, expect, it } from 'vitest';
import { NGPT } from '../../src/ngpt/index.js';
import { logitSlope } from '../../src/ngpt/logit-preconditioning.js';
import { crossEntropyInBlocks, Parameter } from '../../src/nn/index.js';
import { Generator, init, mulPreconditioned, scope, type Tensor, tensor } from '../../src/tensor/index.js';
import { MODEL_BACKENDS, randomTokens, scatterScales, tinyConfig } from '../helpers/models/models.js';
import { expectClose } from '../helpers/values/close.js';
import { property, type TensorDraw } from '../helpers/values/draw.js';
import { absolute, relative } from '../helpers/values/tolerance.js';

/** Scales on both sides of 0, whose mean is not near it. */
const scales = (draw: TensorDraw, size: number) => draw.numbers([size], (x) => 2 + 1.5 * x);

const slopeOf = (s: ArrayLike<number>, q: number) => {
  const values = Array.from(s);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return values.map((x) => Math.sign(x / mean) * Math.abs(x / mean) ** q);
};

describe.each(MODEL_BACKENDS)('on %s', (backend, options) => {
  const precision = backend === 'reference' ? 1e-12 : 1e-5;

  beforeAll(async () => {
    await init(backend, options);
  });

  it('the slope is a power of the ratio to the mean, with its sign', () => {
    property((draw) => {
      const [s, q] = [scales(draw, draw.integer(4, 9)), draw.pick(0.5, 1, 2)];
      const mean = s.reduce((sum, x) => sum + x, 0) / s.length;
      if (Math.abs(mean) < 0.5) return;
      scope(() => expectClose(logitSlope(tensor(s), q), slopeOf(s, q), relative(precision)));
    });
  });

  it('the product is that of the scale, bit for bit, and only the gradient of the first has the slope', () => {
    property((draw) => {
      const [rows, size] = [draw.integer(1, 4), draw.integer(1, 9)];
      scope(() => {
        const [x, scale] = [draw.values([rows, size]), draw.values([size])];
        const [slope, weight] = [draw.values([size]), draw.values([rows, size])];
        const leaves = [x, x, scale, scale].map((t) => Parameter.from(() => t.add(0)));
        const [a, b, s, t] = leaves;
        const [preconditioned, plain] = [mulPreconditioned(a, s, slope), b.mul(t)];
        expect(preconditioned.dataSync()).toEqual(plain.dataSync());
        for (const product of [preconditioned, plain]) product.mul(weight).sum().backward();
        expectClose(a.grad!, weight.mul(slope), absolute(precision));
        expect(s.grad!.dataSync()).toEqual(t.grad!.dataSync());
        for (const leaf of leaves) leaf.dispose();
      });
    });
  });

  /** The loss of a model, and the gradients of its parameters by name. */
  function gradients(model: NGPT, x: Tensor, y: Tensor, logitPreconditioning?: number) {
    return scope(() => {
      model.zeroGrad();
      const loss = model.loss(x, y, {
        ...(logitPreconditioning === undefined ? {} : { logitPreconditioning }),
      });
      loss.backward();
      const byName = model.namedParameters().map(([name, { grad }]) => [name, grad!.dataSync()] as const);
      return { loss: loss.itemSync(), gradients: new Map(byName) };
    });
  }

  it('a loss keeps its bits; with q = 1 all gradients but that of s_z are the ordinary ones over the mean of s_z', () => {
    property((draw) => {
      const generator = new Generator(draw.integer(0, 1e6));
      const model = new NGPT(tinyConfig({ alphaInit: 0.3, tieWeights: draw.pick(true, false) }), generator);
      scatterScales(model, generator);
      const [x, y] = [0, 1].map(() => randomTokens(model.config, generator));
      const sz = scope(() => Array.from(model.sz.value().dataSync()));
      const mean = sz.reduce((sum, value) => sum + value, 0) / sz.length;
      const [plain, preconditioned] = [gradients(model, x, y), gradients(model, x, y, 1)];
      expect(preconditioned.loss).toBe(plain.loss);
      for (const [name, gradient] of plain.gradients) {
        const factor = name === 'sz' ? 1 : 1 / mean;
        const wanted = Array.from(gradient, (value) => value * factor);
        const largest = Math.max(...wanted.map(Math.abs));
        expectClose(preconditioned.gradients.get(name)!, wanted, absolute(10 * precision * largest), name);
      }
      expect(gradients(model, x, y, 0)).toEqual(plain);
      for (const holder of [model, x, y]) holder.dispose();
    }, 10);
  });

  it('the gradients of head and hidden states are those of the cosines, where rows take turns, too', () => {
    property((draw) => {
      const model = new NGPT(tinyConfig(), new Generator(draw.integer(0, 1e6)));
      scatterScales(model, new Generator(1));
      const h = Parameter.from(() => draw.values([6, 8]));
      const y = tensor(draw.integers([6], 11), [6], { dtype: 'int32' });
      const q = draw.pick(0.5, 1, 2);
      const run = (blocks: number) =>
        scope(() => {
          for (const leaf of [h, ...model.parameters()]) leaf.zeroGrad();
          crossEntropyInBlocks(h, y, (rows) => model.logits(rows, q), blocks).backward();
          return [h, model.head, model.sz].map(({ grad }) => grad!.dataSync());
        });
      const [ofH, ofHead] = run(1);
      scope(() => {
        const probabilities = model.logits(h.detach()).softmax();
        const wanted = Array.from({ length: 6 * 11 }, (_, i) =>
          y.dataSync()[Math.floor(i / 11)] === i % 11 ? 1 : 0,
        );
        const ofLogits = probabilities
          .sub(tensor(wanted, [6, 11]))
          .mul(1 / 6)
          .detach();
        const ofCosines = ofLogits.mul(tensor(slopeOf(model.sz.value().dataSync(), q)));
        const largest = Math.max(...Array.from(ofCosines.dataSync(), Math.abs));
        expectClose(
          ofH,
          ofCosines.matmul(model.head).detach().reshape([48]),
          absolute(100 * precision * largest),
        );
        const transposed = ofCosines.matmul(h, { transposeA: true });
        expectClose(ofHead, transposed.detach().reshape([88]), absolute(100 * precision * largest));
      });
      run(3).forEach((gradient, i) => {
        expectClose(
          gradient,
          run(1)[i],
          absolute(100 * precision * Math.max(...Array.from(gradient, Math.abs))),
        );
      });
      for (const holder of [model, h, y]) holder.dispose();
    }, 10);
  });
});
