import { beforeAll, describe, expect, it } from 'vitest';
import { createModel, createOptimizer, type ModelConfig, NGPT } from '../../../src/ngpt/index.js';
import { Generator, init, normal, outsideScopes, scope } from '../../../src/tensor/index.js';
import { tinyConfig, trainStep } from '../../helpers/models/models.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { relative } from '../../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

/** The rate of every parameter by name, as a part of the optimizer's. */
function rates(given: Partial<ModelConfig>, transferWidth?: number): Map<string, number> {
  const model = createModel(tinyConfig(given), new Generator(1));
  const optimizer = createOptimizer(model, {
    learningRate: 1,
    ...(transferWidth === undefined ? {} : { transferWidth }),
  });
  const all = optimizer.groups.flatMap(({ parameters, learningRateScale }) =>
    parameters.map(([name]) => [name, learningRateScale] as const),
  );
  for (const holder of [optimizer, model]) holder.dispose();
  return new Map(all);
}

describe('groupsForWidth', () => {
  it('gives each kind of parameter the power of the width that νGPT gives it, in the order of the model', () => {
    property((draw) => {
      const [tuned, tieWeights] = [draw.integer(1, 64), draw.pick(true, false)];
      const found = rates({ nEmbd: 16, tieWeights }, tuned);
      expect([...found.keys()]).toEqual([...rates({ nEmbd: 16, tieWeights }).keys()]);
      for (const [name, rate] of found) {
        const exponent = name.endsWith('suv')
          ? 0
          : /(_alpha|sqk|sz)$/.test(name) || (name === 'transformer.wte.weight' && !tieWeights)
            ? -1 / 2
            : -3 / 4;
        expectClose(rate, (16 / tuned) ** exponent, relative(1e-15), name);
      }
    }, 20);
  });

  it('changes nothing where the widths are the same, to the bit, nor where none is given', () => {
    const run = (transferWidth?: number) => {
      const generator = new Generator(5);
      const model = createModel(tinyConfig(), generator);
      const optimizer = createOptimizer(model, {
        learningRate: 0.01,
        ...(transferWidth === undefined ? {} : { transferWidth }),
      });
      if (transferWidth !== 4) expect(optimizer.groups).toHaveLength(1);
      const losses = Array.from({ length: 4 }, () => trainStep(model, optimizer, generator));
      const values = model.parameters().map((parameter) => parameter.dataSync());
      for (const holder of [optimizer, model]) holder.dispose();
      return { losses, values };
    };
    const plain = run();
    expect(run(0)).toEqual(plain);
    expect(run(8)).toEqual(plain);
    expect(run(4).losses).not.toEqual(plain.losses);
  });

  it('moves what scales act with as far at all widths, save by the rate itself', () => {
    const moved = (nEmbd: number) => {
      const model = new NGPT(tinyConfig({ nEmbd }), new Generator(1));
      const optimizer = createOptimizer(model, { learningRate: 1e-3, transferWidth: 8 });
      const acting = () =>
        scope(() => {
          const [{ attnAlpha, mlpAlpha, attention, mlp }] = model.blocks;
          return [model.sz, attnAlpha, mlpAlpha, attention.sqk, mlp.suv].map(
            (scale) => scale.value().dataSync()[0],
          );
        });
      const before = acting();
      for (const parameter of model.parameters()) {
        parameter.grad = outsideScopes(() => normal(new Generator(2), parameter.shape).abs());
      }
      optimizer.step();
      const steps = acting().map((value, i) => before[i] - value);
      for (const holder of [optimizer, model]) holder.dispose();
      return steps;
    };
    expectClose(moved(32), moved(8), relative(1e-6));
    expectClose(moved(16), moved(8), relative(1e-6));
  });
});
