import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { gradcheck } from '../../src/autograd/index.js';
import { hypersphere } from '../../src/ngpt/index.js';
import { type ResidualStep, residualStep } from '../../src/ngpt/residual.js';
import {
  type Backend,
  createBackend,
  currentBackend,
  full,
  init,
  scope,
  sphereStep,
  type Tensor,
  tensor,
  unit,
  withBackend,
} from '../../src/tensor/index.js';
import { tinyConfig } from '../helpers/models/models.js';
import { expectApart, expectClose, expectEach } from '../helpers/values/close.js';
import { property, type TensorDraw } from '../helpers/values/draw.js';
import { absolute, EXACT, ofLargest } from '../helpers/values/tolerance.js';

const { geodesicDistance, slerp } = hypersphere;

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const RESIDUALS = ['lerp', 'slerp'] as const;

function step(residual: 'lerp' | 'slerp', signedAlpha = false): ResidualStep {
  return residualStep(tinyConfig({ residual, signedAlpha }));
}

/** Unit vectors [n, d], and others at any angle from them, the smallest included. */
function states(draw: TensorDraw): { h: Tensor; target: Tensor } {
  const shape = [draw.integer(1, 4), draw.integer(2, 7)];
  const h = unit(draw.values(shape));
  const away = draw.values(shape).mul(draw.pick(0, 1e-12, 1e-6, 0.9e-4, 1.1e-4, 1e-2, 1, 10));
  return { h, target: unit(h.add(away)) };
}

const rates = (draw: TensorDraw, x: Tensor, factor: number) =>
  draw.values([x.shape[1]], (value) => Math.abs(value) * factor);

/** The gradients of h, target and alpha, for g the gradient of what the step gives. */
function gradients(residual: ResidualStep, inputs: readonly Tensor[], g: Tensor): Tensor[] {
  const leaves = inputs.map((x) => x.detach().setRequiresGrad());
  const [h, target, alpha] = leaves;
  residual(h, target, alpha).mul(g).sum().backward();
  return leaves.map((leaf) => leaf.grad!);
}

describe('residualStep', () => {
  it('is the kernel for it by default', () => {
    expect(residualStep(tinyConfig())).toBe(sphereStep);
  });

  it('with a sign is the same where no α is below 0, derivatives included', () => {
    for (const residual of RESIDUALS) {
      property((draw) => {
        const { h, target } = states(draw);
        // With an α of 0 an absolute value has no derivative of its own.
        const alpha = rates(draw, h, 1).add(1e-3);
        const inputs = [h, target, alpha];
        expectClose(
          step(residual, true)(h, target, alpha),
          step(residual)(h, target, alpha),
          absolute(1e-14),
        );
        const g = draw.values(h.shape);
        const unsigned = gradients(step(residual), inputs, g);
        for (const [i, gradient] of gradients(step(residual, true), inputs, g).entries()) {
          expectClose(gradient, unsigned[i], absolute(1e-9));
        }
      });
    }
  });

  it('with a sign leads away from the target where α is below 0, and without one takes −α for it', () => {
    for (const residual of RESIDUALS) {
      property((draw) => {
        const h = unit(draw.values([1, 5]));
        const target = unit(h.add(draw.values([1, 5])));
        const angle = geodesicDistance(h, target).itemSync();
        // Away from where there is hardly a way, or where away comes near from the other side.
        fc.pre(angle > 0.1 && angle < 2);
        const alpha = full([5], -draw.pick(0.01, 0.1, 0.3));
        const away = step(residual, true)(h, target, alpha);
        expectEach(geodesicDistance(away, target).gt(geodesicDistance(h, target)), 1, EXACT);
        const mirrored = step(residual)(h, target, alpha.neg());
        expectClose(step(residual)(h, target, alpha), mirrored, EXACT);
        expectApart(away, mirrored, absolute(1e-5));
      });
    }
  });

  it('gives unit vectors in every way', () => {
    for (const residual of RESIDUALS) {
      for (const signedAlpha of [false, true]) {
        property((draw) => {
          const { h, target } = states(draw);
          const next = step(residual, signedAlpha)(h, target, draw.values([h.shape[1]]).mul(0.3));
          expectEach(next.square().sum(-1), 1, absolute(1e-14));
        });
      }
    }
  });

  // Paper eq. 9.
  it('along the great circle goes the share α of the way, as slerp does, however short the way', () => {
    property((draw) => {
      const { h, target } = states(draw);
      const share = draw.pick(0, 0.05, 0.3, 0.5, 1);
      const next = step('slerp')(h, target, full([h.shape[1]], share));
      expectClose(next, slerp(h, target, share), absolute(1e-14));
      const way = geodesicDistance(h, target);
      expectClose(geodesicDistance(h, next), way.mul(share), absolute(1e-11));
    });
  });

  it('along the great circle keeps its digits in float32', async () => {
    const [double, single] = [currentBackend(), await createBackend('wasm')];
    property((draw) => {
      const { h, target } = states(draw);
      // Below, derivatives of sines that nearly cancel lose digits as 1/θ; beyond, so does everything.
      const angles = Array.from(geodesicDistance(h, target).dataSync());
      fc.pre(angles.every((angle) => angle > 0.1 && angle < 2.5));
      const [alpha, g] = [rates(draw, h, 0.3).add(1e-3), draw.values(h.shape)];
      const on = (backend: Backend) =>
        withBackend(backend, () => {
          const inputs = [h, target, alpha, g].map((x) => tensor(Float32Array.from(x.dataSync()), x.shape));
          const [a, b, rate, gradient] = inputs;
          const leaves = gradients(step('slerp'), [a, b, rate], gradient);
          return [step('slerp')(a, b, rate), ...leaves].map((x) => Array.from(x.dataSync()));
        });
      const found = on(single);
      for (const [i, expected] of on(double).entries()) expectClose(found[i], expected, ofLargest(2e-5, 1));
    });
  });

  it('along the great circle weighs each dimension by its own α', () => {
    const share = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 3 }), share, share, (angle, first, second) => {
        const found = scope(() => {
          const [h, target] = [tensor([1, 0]), tensor([Math.cos(angle), Math.sin(angle)])];
          return step('slerp', true)(h, target, tensor([first, second])).dataSync();
        });
        // sin θ is common to both: it goes with the length.
        const x = Math.sin((1 - first) * angle) + Math.sin(first * angle) * Math.cos(angle);
        const y = Math.sin(second * angle) * Math.sin(angle);
        fc.pre(Math.hypot(x, y) > 1e-3);
        expectClose(found, [x / Math.hypot(x, y), y / Math.hypot(x, y)], absolute(1e-11));
      }),
    );
  });

  it('has the derivatives of what it computes', () => {
    for (const residual of RESIDUALS) {
      for (const signedAlpha of [false, true]) {
        property((draw) => {
          const [h, direction] = [draw.values([2, 4]), draw.values([2, 4])];
          const alpha = draw.awayFromZero([4]).mul(0.2);
          const f = (a: Tensor, b: Tensor, rate: Tensor) =>
            step(residual, signedAlpha)(unit(a), unit(a.add(b)), rate);
          expect(gradcheck(f, [h, direction, alpha])).toBeLessThan(1e-4);
        }, 20);
      }
    }
  });
});
