import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError, Generator, init, liveBuffers } from '../../../src/index.js';
import {
  type Batch,
  BatchSampler,
  batchAt,
  batchesOver,
  batchTensors,
  shareOf,
  splitBatch,
} from '../../../src/training/data/batches.js';

/** Tokens that are their own positions. */
function positions(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}

/** The two halves of a batch. */
function halves({ tokens, rows, blockSize }: Batch): { x: Int32Array; y: Int32Array } {
  return { x: tokens.subarray(0, rows * blockSize), y: tokens.subarray(rows * blockSize) };
}

const sizes = fc.record({
  blockSize: fc.integer({ min: 1, max: 9 }),
  batchSize: fc.integer({ min: 1, max: 5 }),
  spare: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat(),
});

describe('BatchSampler', () => {
  it('draws blocks inside the tokens, with the tokens that follow as targets', () => {
    fc.assert(
      fc.property(sizes, ({ blockSize, batchSize, spare, seed }) => {
        const tokens = positions(blockSize + spare);
        const sampler = new BatchSampler(tokens, blockSize, batchSize, new Generator(seed));
        for (let n = 0; n < 5; n++) {
          const batch = sampler.next();
          const { rows } = batch;
          const { x, y } = halves(batch);
          expect(rows).toBe(batchSize);
          expect(x).toHaveLength(batchSize * blockSize);
          expect([...y]).toEqual([...x].map((position) => position + 1));
          for (let row = 0; row < rows; row++) {
            const start = x[row * blockSize];
            expect([...x.subarray(row * blockSize, (row + 1) * blockSize)]).toEqual(
              [...positions(blockSize)].map((i) => start + i),
            );
          }
          expect(Math.max(...y)).toBeLessThan(tokens.length);
        }
      }),
    );
  });

  it('reaches the first and the last position', () => {
    const sampler = new BatchSampler(positions(7), 4, 50, new Generator(1));
    const starts = new Set([...halves(sampler.next()).x].filter((_, i) => i % 4 === 0));
    expect([...starts].sort()).toEqual([0, 1, 2]);
  });

  it('draws the same batches from the same seed, and others from another', () => {
    const draw = (seed: number) => new BatchSampler(positions(1000), 8, 4, new Generator(seed)).next().tokens;
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it('goes on from a saved state, also through JSON', () => {
    fc.assert(
      fc.property(sizes, fc.nat({ max: 5 }), ({ blockSize, batchSize, spare, seed }, before) => {
        const tokens = positions(blockSize + spare);
        const one = new BatchSampler(tokens, blockSize, batchSize, new Generator(seed));
        for (let n = 0; n < before; n++) one.next();
        const state = JSON.parse(JSON.stringify(one.state()));
        expect(state.batches).toBe(before);
        const other = new BatchSampler(tokens, blockSize, batchSize, new Generator(0));
        other.restore(state);
        for (let n = 0; n < 3; n++) expect(other.next()).toEqual(one.next());
        expect(other.state()).toEqual(one.state());
      }),
    );
  });

  it('gives the members of a team the rows of one batch between them', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 5 }), ({ blockSize, batchSize, spare, seed }, members) => {
        fc.pre(members <= batchSize);
        const make = () =>
          new BatchSampler(positions(blockSize + spare), blockSize, batchSize, new Generator(seed));
        const whole = make();
        const team = Array.from({ length: members }, make);
        for (let n = 0; n < 2; n++) {
          const parts = team.map((sampler, i) => halves(sampler.next(...shareOf(batchSize, i, members))));
          const { x, y } = halves(whole.next());
          expect(parts.flatMap((part) => [...part.x])).toEqual([...x]);
          expect(parts.flatMap((part) => [...part.y])).toEqual([...y]);
        }
      }),
    );
  });

  it('refuses tokens without a block, and sizes that are none', () => {
    const make = (length: number, blockSize: number, batchSize: number) => () =>
      new BatchSampler(positions(length), blockSize, batchSize, new Generator(0));
    expect(make(4, 4, 1)).toThrow(DataError);
    expect(make(5, 4, 1)).not.toThrow();
    for (const size of [0, -1, 1.5, Number.NaN]) {
      expect(make(5, size, 1)).toThrow(ConfigError);
      expect(make(5, 1, size)).toThrow(ConfigError);
    }
  });
});

describe('batchAt', () => {
  it('reads 16-bit tokens without sign', () => {
    const { tokens } = batchAt(Uint16Array.of(65535, 40000, 1), [0], 2);
    expect([...tokens]).toEqual([65535, 40000, 40000, 1]);
  });
});

describe('batchesOver', () => {
  it('has every token but the first as a target once, in order, in blocks that fill up', () => {
    fc.assert(
      fc.property(sizes, ({ blockSize, batchSize, spare }) => {
        const tokens = positions(spare);
        const batches = [...batchesOver(tokens, blockSize, batchSize)];
        expect(batches.flatMap((batch) => [...halves(batch).x])).toEqual([...tokens.slice(0, -1)]);
        expect(batches.flatMap((batch) => [...halves(batch).y])).toEqual([...tokens.slice(1)]);
        const whole = Math.floor((spare - 1) / blockSize);
        const full = batches.filter((batch) => batch.blockSize === blockSize);
        expect(full.map(({ rows }) => rows).reduce((sum, rows) => sum + rows, 0)).toBe(whole);
        expect(full.slice(0, -1).every(({ rows }) => rows === batchSize)).toBe(true);
        expect(batches.length - full.length).toBe((spare - 1) % blockSize === 0 ? 0 : 1);
      }),
    );
  });
});

describe('splitBatch', () => {
  it('has the rows in order, inputs and targets, in parts that differ by at most one', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(size(9), size(5), size(12), (rows, blockSize, parts) => {
        const whole = batchAt(
          positions(99),
          Array.from({ length: rows }, (_, row) => 7 * row),
          blockSize,
        );
        const split = splitBatch(whole, parts);
        expect(split).toHaveLength(Math.min(parts, rows));
        expect(split.flatMap((part) => [...halves(part).x])).toEqual([...halves(whole).x]);
        expect(split.flatMap((part) => [...halves(part).y])).toEqual([...halves(whole).y]);
        const lengths = split.map((part) => part.rows);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('batchTensors', () => {
  it('sends inputs and targets in one piece, as [rows, blockSize] each', async () => {
    await init('wasm');
    const before = liveBuffers();
    const { inputs, targets } = batchTensors(batchAt(positions(20), [3, 10], 4));
    expect([inputs.shape, targets.shape, inputs.dtype]).toEqual([[2, 4], [2, 4], 'int32']);
    expect([...(await inputs.takeData())]).toEqual([3, 4, 5, 6, 10, 11, 12, 13]);
    expect([...(await targets.takeData())]).toEqual([4, 5, 6, 7, 11, 12, 13, 14]);
    expect(liveBuffers()).toBe(before);
  });
});

describe('shareOf', () => {
  it('shares out everything, in order, in parts that differ by at most one', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100 }), fc.integer({ min: 1, max: 12 }), (total, count) => {
        const shares = Array.from({ length: count }, (_, i) => shareOf(total, i, count));
        expect(shares[0][0]).toBe(0);
        expect(shares[count - 1][1]).toBe(total);
        for (let i = 1; i < count; i++) expect(shares[i][0]).toBe(shares[i - 1][1]);
        const lengths = shares.map(([first, end]) => end - first);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
