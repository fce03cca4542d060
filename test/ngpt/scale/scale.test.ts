import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createModel, Scale } from '../../../src/ngpt/index.js';
import { scaleOf } from '../../../src/ngpt/scale.js';
import { Adam, Parameter } from '../../../src/nn/index.js';
import { assignInPlace, Generator, init, liveBuffers, scope, tensor } from '../../../src/tensor/index.js';
import { tinyConfig } from '../../helpers/models/models.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute, EXACT, relative } from '../../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const options = fc.record({ init: positive, scale: positive });

function acting(scale: Scale): number[] {
  return scope(() => Array.from(scale.value().dataSync()));
}

/** How far one step of Adam moves what acts. */
function stepOfAdam(scale: Scale, learningRate: number): number {
  const [before] = acting(scale);
  const adam = new Adam([scale], { learningRate, epsilon: 0 });
  scope(() => scale.value().sum().backward());
  adam.step();
  adam.dispose();
  return before - acting(scale)[0];
}

describe('Scale', () => {
  it('stores `scale` at first and acts as `init`', () => {
    fc.assert(
      fc.property(options, ({ init, scale }) => {
        const parameter = new Scale([3], { init, scale });
        expect(Array.from(parameter.dataSync())).toEqual([scale, scale, scale]);
        expectClose(acting(parameter), [init, init, init], relative(9e-16, 0));
        parameter.dispose();
      }),
    );
  });

  it('acts as s·(init/scale), negative s too', () => {
    const parameter = new Scale([2], { init: 0.05, scale: 0.25 });
    scope(() => assignInPlace(parameter, tensor([-0.5, 3])));
    expectClose(acting(parameter), [-0.1, 0.6], absolute(5e-16));
    parameter.dispose();
  });

  it('passes the gradient on times init/scale', () => {
    const parameter = new Scale([2], { init: 1, scale: 0.25 });
    scope(() =>
      parameter
        .value()
        .mul(tensor([1, -3]))
        .sum()
        .backward(),
    );
    expect(Array.from(parameter.grad!.dataSync())).toEqual([4, -12]);
    parameter.dispose();
  });

  // Paper 2.5: Adam moves s by its learning rate, whatever the gradient's size, hence what acts by rate·init/scale.
  it('is moved by one step of Adam by learningRate·init/scale', () => {
    fc.assert(
      fc.property(options, ({ init, scale }) => {
        const parameter = new Scale([1], { init, scale });
        expectClose(stepOfAdam(parameter, 1e-3), (1e-3 * init) / scale, relative(5e-7, 0));
        parameter.dispose();
      }),
    );
  });

  it('of a smaller shape than its width has each number in an equal part of it, and the sum of their gradients', () => {
    property((draw) => {
      const [parts, each] = [draw.integer(1, 3), draw.integer(1, 4)];
      const options = { init: 0.3, scale: draw.pick(0.3, 2) };
      const small = new Scale([parts], { ...options, width: parts * each });
      const large = new Scale([parts * each], options);
      const stored = draw.numbers([parts]);
      assignInPlace(small, tensor(stored));
      assignInPlace(
        large,
        tensor(Array.from({ length: parts * each }, (_, i) => stored[Math.floor(i / each)])),
      );
      expectClose(small.value(), large.value(), EXACT);
      const g = draw.values([parts * each]);
      for (const scale of [small, large]) scale.value().mul(g).sum().backward();
      expectClose(small.grad!, large.grad!.reshape([parts, each]).sum(-1), absolute(1e-13));
      for (const scale of [small, large]) scale.dispose();
    });
  });

  it('keeps no buffer but its own', () => {
    const before = liveBuffers();
    const parameters = [new Scale([4], { init: 1, scale: 1 }), new Scale([4], { init: 1, scale: 0.5 })];
    for (const parameter of parameters) acting(parameter);
    expect(liveBuffers()).toBe(before + 2);
    for (const parameter of parameters) parameter.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('prints what is stored and by how much more it acts, alone and in a model', () => {
    const parameter = new Scale([2], { init: 0.05, scale: 0.25 });
    expect(String(parameter)).toBe('Scale([2], float64, requiresGrad, acts × 0.2) [0.2500, 0.2500]');
    const plain = new Scale([1], { init: 1, scale: 1 });
    expect(String(plain)).toBe('Scale([1], float64, requiresGrad) [1.]');
    const third = new Scale([1], { init: 1, scale: 3 });
    expect(String(third)).toBe('Scale([1], float64, requiresGrad, acts × 0.3333) [3.]');
    for (const each of [parameter, plain, third]) each.dispose();

    const model = createModel(tinyConfig({ nEmbd: 16, alphaInit: 0.05 }), new Generator(1));
    expect(String(model)).toContain('  attn_alpha: [16] float64 acts × 0.2\n');
    expect(String(model)).toMatch(/ sqk: \[16\] float64 acts × 4\n.* suv: \[\d+\] float64\n/s);
    model.dispose();
  });
});

describe('a scale that is fixed', () => {
  it('acts as its first value to the bit, and learns nothing', () => {
    const fixed = scaleOf('fixed', 3, { init: 0.3, scale: 7 });
    expect(Array.from(scope(() => fixed.value().dataSync()))).toEqual([0.3, 0.3, 0.3]);
    expect(fixed).not.toBeInstanceOf(Parameter);
    scope(() => {
      const x = tensor([1, 2, 3]).setRequiresGrad();
      x.mul(fixed.value()).sum().backward();
      expectClose(x.grad!, [0.3, 0.3, 0.3], EXACT);
    });
    expect(fixed.grad).toBeNull();
    expect(String(fixed)).toBe('FixedScale([3], float64) [0.3000, 0.3000, 0.3000]');
    fixed.dispose();
  });
});
