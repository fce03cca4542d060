import { describe, expect, it } from 'vitest';
import { createBackend, type Tensor, withBackend } from '../../../src/tensor/index.js';
import { asyncProperty, Draw, property, TensorDraw } from './draw.js';

const many = <T>(f: (draw: TensorDraw) => T): T[] =>
  Array.from({ length: 400 }, (_, seed) => f(new TensorDraw(seed)));

describe('a property of a draw', () => {
  it('is checked as often as asked, each time on another draw', () => {
    const drawn: number[] = [];
    property((draw) => {
      drawn.push(draw.integer(0, 2 ** 30));
    }, 30);
    expect(drawn).toHaveLength(Number(process.env.FC_RUNS ?? 30));
    expect(new Set(drawn).size).toBeGreaterThan(0.9 * drawn.length);
  });

  it('names the seed of the draw and that of the search when it fails', () => {
    const failing = (draw: Draw) => expect(draw.shape()).toBe('none');
    const report = /seed: -?\d+, path: "0[:\d]*"[\s\S]*Counterexample: \[\d+\]/;
    expect(() => property(failing)).toThrow(report);
  });

  it('that has to wait is waited for', async () => {
    let checked = 0;
    await asyncProperty(async () => {
      await null;
      checked++;
    }, 7);
    expect(checked).toBe(Number(process.env.FC_RUNS ?? 7));
    await expect(asyncProperty(async (draw) => expect(await draw.shape()).toBe('none'))).rejects.toThrow(
      'Counterexample',
    );
  });
});

describe('Draw', () => {
  it('repeats itself from the same seed', () => {
    const all = (draw: Draw) => [draw.wideShape(), draw.edgy([20]), draw.uniform([3]), draw.order(4)];
    expect(all(new Draw(5))).toEqual(all(new Draw(5)));
    expect(all(new Draw(5))).not.toEqual(all(new Draw(6)));
  });

  it('reaches every edge: of shapes, and of values', () => {
    const shapes = many((draw) => draw.wideShape());
    expect(new Set(shapes.map(({ length }) => length))).toEqual(new Set([0, 1, 2, 3]));
    for (const size of [0, 1, 3]) expect(shapes.flat()).toContain(size);
    expect(Math.max(...shapes.flat())).toBeGreaterThan(30);
    const values = many((draw) => [...draw.edgy([9])]).flat();
    for (const edge of [0, -0, 1, 1e30, 3e38, 1e-42, Infinity, -Infinity, Number.NaN])
      expect(values.some((value) => Object.is(value, edge))).toBe(true);
    expect(values.filter((value) => Math.abs(value) > 1e-3 && Math.abs(value) < 100).length).toBeGreaterThan(
      values.length / 2,
    );
  });

  it('keeps to the least size asked for', () => {
    expect(Math.min(...many((draw) => [...draw.wideShape(3, 1), draw.length(2)]).flat())).toBe(1);
    expect(Math.min(...many((draw) => draw.length(2)))).toBe(2);
  });
});

describe('TensorDraw', () => {
  it('keeps the distances it promises', async () => {
    const tensors = withBackend(await createBackend('reference', { dtype: 'float64' }), () => ({
      away: many((draw) => draw.awayFromZero([7])),
      positive: many((draw) => draw.positive([7])),
      distinct: many((draw) => draw.distinct([7])),
      indices: many((draw) => draw.indices([7], 3, -1)),
    }));
    const all = (list: Tensor[]) => list.flatMap((x) => [...x.dataSync()]);
    expect(Math.min(...all(tensors.away).map(Math.abs))).toBeGreaterThanOrEqual(0.3);
    expect(Math.min(...all(tensors.away))).toBeLessThan(0);
    expect(Math.min(...all(tensors.positive))).toBeGreaterThanOrEqual(0.3);
    for (const x of tensors.distinct) {
      const sorted = [...x.dataSync()].sort((a, b) => a - b);
      for (let i = 1; i < 7; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThan(0.099);
    }
    expect(new Set(all(tensors.indices))).toEqual(new Set([-1, 0, 1, 2]));
  });
});
