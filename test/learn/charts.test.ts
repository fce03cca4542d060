/** Charts in the chapters are as their programs draw them now. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { vCurve } from '../../learn/05-is-it-right/chart.js';

it('the V curve; npx tsx learn/05-is-it-right/node/draw.ts writes it', async () => {
  expect(readFileSync('docs/learn/figures/v-curve.svg', 'utf8')).toBe(await vCurve());
});
