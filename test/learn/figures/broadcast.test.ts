import { beforeAll, describe, expect, it } from 'vitest';
import { exactBackend } from '../../../learn/figures/base/engine.js';
import { drawBroadcast, finalState } from '../../../learn/figures/broadcast/draw.js';
import { broadcastOf, lastStep, parseShape, sentence } from '../../../learn/figures/broadcast/sums.js';
import { type Backend, broadcastShapes } from '../../../src/index.js';
import { property } from '../../helpers/values/draw.js';

let backend: Backend;
beforeAll(async () => {
  backend = await exactBackend();
});

describe('broadcasting, cell by cell', () => {
  it('has in each cell of the sum what it read, and adds each gradient to both cells', () => {
    property((draw) => {
      const shape = draw.shape(2, 1);
      const [a, b] = [draw.broadcastable(shape), shape];
      const { sum, gradient, reads, passed, ...grids } = broadcastOf(a, b, backend);
      expect(sum.shape).toEqual(broadcastShapes('add', a, b));
      const sums = { a: grids.a.values.map(() => 0), b: grids.b.values.map(() => 0) };
      expect(passed[0]).toEqual(sums);
      reads.forEach((read, cell) => {
        expect(sum.values[cell]).toBe(grids.a.values[read.a] + grids.b.values[read.b]);
        sums.a[read.a] += gradient.values[cell];
        sums.b[read.b] += gradient.values[cell];
        expect(passed[cell + 1]).toEqual(sums);
      });
    });
  });

  it('is drawn at every step, with the sums at the end', () => {
    const broadcast = broadcastOf([2, 1], [3], backend);
    for (let step = 0; step <= lastStep(broadcast); step++) {
      expect(drawBroadcast({ broadcast, step }).body).not.toMatch(/NaN|undefined/);
      expect(sentence(broadcast, step)).not.toMatch(/NaN|undefined/);
    }
    // 1 + 2 + 3 and 4 + 5 + 6; 1 + 4, 2 + 5, 3 + 6.
    for (const words of ['>6<', '>15<', '>5<', '>7<', '>9<'])
      expect(drawBroadcast(finalState(broadcast)).body).toContain(words);
    expect(sentence(broadcast, 1)).toContain('1 + 10 = 11');
    expect(sentence(broadcast, 1)).toContain('A cell of a is read 3 times, one of b 2 times');
  });
});

describe('a shape that is typed', () => {
  it.each([
    ['2, 3', [2, 3]],
    ['[2, 3]', [2, 3]],
    ['2x3', [2, 3]],
    [' 4 ', [4]],
    ['', []],
    ['[]', []],
  ])('%j', (typed, shape) => {
    expect(parseShape(typed)).toEqual(shape);
  });

  it.each([
    ['two', '‘two’ is none'],
    ['2.5', '‘2.5’ is none'],
    ['-1', '‘-1’ is none'],
    ['0', 'from 1 to 5'],
    ['9', 'not 9'],
    ['1,2,3', 'Two axes are the most'],
  ])('%j is refused in plain words', (typed, words) => {
    expect(() => parseShape(typed)).toThrow(words);
  });

  it('that does not broadcast is refused by the engine', () => {
    expect(() => broadcastOf([2], [3], backend)).toThrow('do not broadcast');
  });
});
