import { beforeAll, describe, expect, it } from 'vitest';
import { exactBackend } from '../../../learn/figures/base/engine.js';
import {
  COLUMNS,
  DEPTH,
  instructions,
  LANES,
  lastStep,
  type Row,
  rowOf,
  sumsAt,
  workAt,
} from '../../../learn/figures/lanes/count.js';
import { drawLanes } from '../../../learn/figures/lanes/draw.js';

let row: Row;
beforeAll(async () => {
  row = rowOf(await exactBackend());
});

describe.each(LANES)('a row in %d lanes', (lanes) => {
  it('is the product, sum by sum, and does every one once', () => {
    const sums = new Array<number>(COLUMNS).fill(0);
    expect(sumsAt(row, lanes, 0)).toEqual(sums);
    for (let step = 1; step <= lastStep(lanes); step++) {
      const work = workAt(lanes, step)!;
      for (let j = work.first; j < work.first + lanes; j++) sums[j] += row.a[work.k] * row.b[work.k][j];
      expect(sumsAt(row, lanes, step)).toEqual(sums);
    }
    expect(sums).toEqual(row.sums[DEPTH]);
  });

  it('takes a multiplication and an addition a step, or both in one', () => {
    const steps = lastStep(lanes);
    const plain = instructions(lanes, false);
    expect(plain.multiplications).toBe(steps);
    expect(plain.additions).toBe(steps);
    expect(plain.all).toBe(plain.loads + 2 * steps + plain.stores);
    expect(instructions(lanes, true).all).toBe(plain.all - steps);
  });

  it('is drawn at every step', () => {
    for (let step = 0; step <= lastStep(lanes); step++) {
      const { body } = drawLanes({ row, lanes, isFused: false, step });
      expect(body).not.toMatch(/NaN|undefined/);
      expect(body).toContain(`>${instructions(1, false).all}<`);
    }
  });
});
