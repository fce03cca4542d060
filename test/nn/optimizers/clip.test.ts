import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { clipGradNorm, gradientClipScale, type Parameter, SGD } from '../../../src/nn/index.js';
import { type Backend, ConfigError, liveBuffers, scope, withBackend } from '../../../src/tensor/index.js';
import { backends, reference64 } from '../../helpers/kernels/backends.js';
import { parameterOf, setGradient } from '../../helpers/models/parameters.js';
import { floats } from '../../helpers/values/arbitraries.js';
import { expectClose } from '../../helpers/values/close.js';
import { EXACT, relative } from '../../helpers/values/tolerance.js';

/** null: a parameter without a gradient. */
type Gradients = readonly (readonly number[] | null)[];

const gradientLists: fc.Arbitrary<Gradients> = fc.array(
  fc.option(
    fc.oneof(
      fc.nat(5).chain((length) => floats(length)),
      fc.constantFrom([0, 0, 0], [2 ** -33], [2 ** 50, -(2 ** 50)]),
    ),
  ),
  { maxLength: 4 },
);

function parametersWith(backend: Backend, gradients: Gradients): Parameter[] {
  return gradients.map((gradient) => {
    const parameter = parameterOf(
      backend,
      (gradient ?? [1]).map(() => 1),
    );
    if (gradient !== null) setGradient(parameter, gradient);
    return parameter;
  });
}

/** torch.nn.utils.clip_grad_norm_ in plain numbers. */
function plainClip(gradients: Gradients, maxNorm: number): { norm: number; scale: number } {
  const norm = Math.hypot(...gradients.flatMap((gradient) => gradient ?? []));
  return { norm, scale: Math.min(1, maxNorm / (norm + 1e-6)) };
}

const maxNorms = fc.constantFrom(0, 1e-3, 1, 5, 1e20, Number.POSITIVE_INFINITY);

const toleranceOf = (backend: Backend) => relative(backend.floatType === 'float64' ? 1e-12 : 1e-6);

describe.each(backends)('on %s', (_, backend) => {
  const tolerance = toleranceOf(backend);

  it('gradientClipScale gives the norm and the factor, and leaves the gradients', () => {
    fc.assert(
      fc.property(gradientLists, maxNorms, (gradients, maxNorm) => {
        withBackend(backend, () =>
          scope(() => {
            const parameters = parametersWith(backend, gradients);
            const { norm, scale } = gradientClipScale(parameters, maxNorm);
            const wanted = plainClip(gradients, maxNorm);
            expect([norm.shape, scale.shape]).toEqual([[], []]);
            expectClose(norm.dataSync(), [wanted.norm], tolerance);
            expectClose(scale.dataSync(), [wanted.scale], tolerance);
            parameters.forEach((parameter, i) => {
              const left = gradients[i];
              if (left === null) expect(parameter.grad).toBeNull();
              else expectClose(parameter.grad!.dataSync(), left, EXACT);
            });
          }),
        );
      }),
    );
  });

  it('clipGradNorm scales the gradients in place and returns the norm before', () => {
    fc.assert(
      fc.property(gradientLists, maxNorms, (gradients, maxNorm) => {
        withBackend(backend, () =>
          scope(() => {
            const parameters = parametersWith(backend, gradients);
            const kept = parameters.map(({ grad }) => grad);
            const norm = clipGradNorm(parameters, maxNorm);
            const wanted = plainClip(gradients, maxNorm);
            expectClose(norm.dataSync(), [wanted.norm], tolerance);
            parameters.forEach((parameter, i) => {
              expect(parameter.grad).toBe(kept[i]);
              const clipped = gradients[i]?.map((g) => g * wanted.scale) ?? [];
              expectClose(parameter.grad?.dataSync() ?? [], clipped, tolerance);
            });
            const after = gradientClipScale(parameters, 1).norm.itemSync();
            expect(after).toBeLessThanOrEqual(maxNorm * (1 + 1e-5));
          }),
        );
      }),
    );
  });

  it('is 0 and 1 for gradients of 0 and for none at all', () => {
    withBackend(backend, () => {
      for (const gradients of [[[0, 0], [0]], [null], []]) {
        const { norm, scale } = gradientClipScale(parametersWith(backend, gradients), 1);
        expect([norm.itemSync(), scale.itemSync()]).toEqual([0, 1]);
      }
    });
  });

  it('shows a NaN, and does not hide a norm beyond the range', () => {
    const { norm, scale } = gradientClipScale(parametersWith(backend, [[1], [Number.NaN]]), 1);
    expect([norm.itemSync(), scale.itemSync()]).toEqual([Number.NaN, Number.NaN]);
    const huge = gradientClipScale(parametersWith(backend, [[1e200, 1]]), 1);
    expect([huge.norm.itemSync(), huge.scale.itemSync()]).toEqual([Number.POSITIVE_INFINITY, 0]);
  });

  it('reads nothing back and leaves nothing behind but its results', () => {
    const parameters = parametersWith(backend, [[3, 4], [0]]);
    const before = liveBuffers();
    const reads = [vi.spyOn(backend, 'read'), vi.spyOn(backend, 'readSync')];
    const { norm, scale } = gradientClipScale(parameters, 1);
    expect(liveBuffers()).toBe(before + 2);
    const clipped = clipGradNorm(parameters, 1);
    expect(liveBuffers()).toBe(before + 3);
    expect(reads.map((spy) => spy.mock.calls.length)).toEqual([0, 0]);
    vi.restoreAllMocks();
    for (const made of [norm, scale, clipped]) made.dispose();
    expect(liveBuffers()).toBe(before);
  });
});

describe.each(backends)('step({ maxNorm }) on %s', (_, backend) => {
  it('does what the factor of gradientClipScale does, and leaves the gradients', () => {
    fc.assert(
      fc.property(gradientLists, maxNorms, (gradients, maxNorm) => {
        fc.pre(gradients.length > 0); // an optimizer wants a parameter
        withBackend(backend, () => {
          const before = liveBuffers();
          const [one, other] = [0, 1].map(() => parametersWith(backend, gradients));
          const [clipping, scaling] = [one, other].map((list) => new SGD(list, { learningRate: 0.5 }));
          clipping.step({ maxNorm });
          scope(() => scaling.step({ gradientScale: gradientClipScale(other, maxNorm).scale }));
          expect(one.map((parameter) => parameter.dataSync())).toEqual(
            other.map((parameter) => parameter.dataSync()),
          );
          expect(one.map(({ grad }) => grad && [...grad.dataSync()])).toEqual(
            other.map(({ grad }) => grad && [...grad.dataSync()]),
          );
          for (const parameter of [...one, ...other]) parameter.dispose();
          expect(liveBuffers()).toBe(before);
        });
      }),
    );
  });

  it('moves by no more than the rate times maxNorm', () => {
    const [parameter] = parametersWith(backend, [[30, 40]]);
    new SGD([parameter], { learningRate: 1 }).step({ maxNorm: 5 });
    // A millionth less, as in PyTorch, whose formula adds 1e-6 to the length.
    const factor = 5 / (50 + 1e-6);
    expectClose(parameter.dataSync(), [1 - 30 * factor, 1 - 40 * factor], toleranceOf(backend));
  });
});

describe('settings', () => {
  it.each([-1, Number.NaN])('maxNorm %s is refused', (maxNorm) => {
    const parameters = parametersWith(reference64, [[1]]);
    expect(() => gradientClipScale(parameters, maxNorm)).toThrow(ConfigError);
    expect(() => clipGradNorm(parameters, maxNorm)).toThrow(ConfigError);
    const optimizer = new SGD(parameters, { learningRate: 1 });
    expect(() => optimizer.step({ maxNorm })).toThrow(ConfigError);
    expect([optimizer.stepCount, parameters[0].itemSync()]).toEqual([0, 1]);
  });

  it('refuses a maxNorm beside a factor of its own', () => {
    const [parameter] = parametersWith(reference64, [[1]]);
    const optimizer = new SGD([parameter], { learningRate: 1 });
    expect(() => optimizer.step({ maxNorm: 1, gradientScale: parameter })).toThrow(/not both/);
    expect(optimizer.stepCount).toBe(0);
  });
});
