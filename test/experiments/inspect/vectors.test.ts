import { beforeAll, describe, expect, it } from 'vitest';
import { angleAt, dotAt, lengthAt } from '../../../src/experiments/inspect/vectors.js';
import { hypersphere } from '../../../src/ngpt/index.js';
import { init, scope, unit } from '../../../src/tensor/index.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { dot } from '../../helpers/values/plain.js';
import { absolute, EXACT } from '../../helpers/values/tolerance.js';

beforeAll(() => init('reference', { dtype: 'float64' }));

describe('angleAt', () => {
  it('grows evenly along a great circle, however small the steps', () => {
    property((draw) => {
      const d = draw.integer(2, 9);
      const [a, b] = [0, 1].map(() => unit(draw.values([d])));
      const share = draw.pick(0, 1e-9, 1e-3, 0.3, 1);
      const between = scope(() => hypersphere.slerp(a, b, share));
      const [x, y, z] = [a, b, between].map((tensor) => tensor.dataSync());
      for (const tensor of [a, b, between]) tensor.dispose();
      const whole = Math.acos(Math.max(-1, Math.min(1, dot([...x], [...y]))));
      if (whole > 3.1) return;
      expectClose(angleAt(x, z, 0, d), share * whole, absolute(1e-11 + 1e-9 * share));
      expectClose(angleAt(x, y, 0, d), whole, absolute(1e-7));
    });
  });

  it('depends on directions only: that of opposite vectors is π, and one of length 0 turns nothing', () => {
    property((draw) => {
      const d = draw.integer(1, 5);
      const x = draw.numbers([d]);
      const scaled = (factor: number) => x.map((value) => factor * value);
      expectClose(angleAt(x, scaled(draw.pick(1e-9, 2, 1e9)), 0, d), 0, absolute(1e-15));
      expectClose(angleAt(x, scaled(-3), 0, d), Math.PI, absolute(1e-15));
      expect(angleAt(x, scaled(0), 0, d)).toBe(0);
    });
  });
});

describe('lengthAt and dotAt', () => {
  it('see the vectors that begin there, and no others', () => {
    property((draw) => {
      const [d, count] = [draw.integer(1, 5), draw.integer(1, 4)];
      const x = draw.numbers([count, d]);
      const row = (i: number) => [...x.subarray(i * d, (i + 1) * d)];
      const [a, b] = [draw.integer(0, count - 1), draw.integer(0, count - 1)];
      expectClose(dotAt(x, a * d, x, b * d, d), dot(row(a), row(b)), absolute(1e-12));
      expectClose(lengthAt(x, a * d, d), Math.hypot(...row(a)), absolute(1e-12));
      const turned = Float64Array.from([...row(a), ...row(b)]);
      expectClose(lengthAt(turned, d, d), lengthAt(x, b * d, d), EXACT);
    });
  });
});
