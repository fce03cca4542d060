import { beforeAll, expect, it } from 'vitest';
import { exactBackend } from '../../../learn/figures/base/engine.js';
import { drawJacobian } from '../../../learn/figures/jacobian/draw.js';
import { START, unitSlopes } from '../../../learn/figures/jacobian/slopes.js';
import type { Backend } from '../../../src/index.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

let backend: Backend;
beforeAll(async () => {
  backend = await exactBackend();
});

it('is (I − y yᵀ) / ‖x‖, and maps y to 0', () => {
  property((draw) => {
    const x = [...draw.numbers([4], (each) => 3 * each)];
    const { norm, y, jacobian, alongY } = unitSlopes(x, backend);
    expectClose(norm, Math.hypot(...x), absolute(1e-12));
    const wanted = y.map((yi, i) => y.map((yj, j) => ((i === j ? 1 : 0) - yi * yj) / norm));
    expectClose(jacobian.flat(), wanted.flat(), absolute(1e-11 / Math.min(1, norm)));
    expectClose(alongY, [0, 0, 0, 0], absolute(1e-11 / Math.min(1, norm)));
  });
});

it('has every slope in the picture', () => {
  const { body } = drawJacobian(unitSlopes(START, backend));
  // ‖x‖ = 2.5, y = [0.4, 0.8, −0.4, 0.2]: (1 − 0.16)/2.5 and so on.
  for (const words of ['0.336', '0.144', '0.384', '−0.128', '‖x‖ = 2.5', 'J y = [0, 0, 0, 0]'])
    expect(body).toContain(words);
});

it('is there where x is 0', () => {
  expect(drawJacobian(unitSlopes([0, 0, 0, 0], backend)).body).not.toMatch(/undefined|Infinity/);
});
