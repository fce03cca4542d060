import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeParts } from '../../bench/profile/parts.js';
import { Profiler } from '../../bench/profile/profiler.js';
import { Spans } from '../../bench/profile/spans.js';
import { bytesOf, WORK } from '../../bench/profile/work.js';
import { attention, createBackend, init, ones, scope, sizeOf, withBackend } from '../../src/index.js';
import { trainStep } from '../../src/training/loop/train-step.js';
import { newTraining, type TrainingState } from '../../src/training/loop/training-state.js';
import { modelConfigFor, trainSettings } from '../../src/training/settings/settings.js';

const size = (max: number) => fc.integer({ min: 1, max });
const operand = (...shape: number[]) => ({ shape, buffer: { length: sizeOf(shape), dtype: 'float32' } });

describe('the work of a kernel', () => {
  it('is two operations for each product of a matrix product, however the operands are stored', () => {
    fc.assert(
      fc.property(
        ...[size(3), size(5), size(5), size(5), fc.boolean(), fc.boolean()],
        (batch, m, k, n, transposeA, transposeB) => {
          const a = transposeA ? operand(batch, k, m) : operand(batch, m, k);
          const b = transposeB ? operand(1, n, k) : operand(1, k, n);
          expect(flops('matmul', [a, b, transposeA, transposeB])).toBe(2 * batch * m * k * n);
        },
      ),
    );
  });

  it('of attention counts the keys that each query sees', () => {
    fc.assert(
      fc.property(size(3), size(6), size(4), size(2), size(4), (batch, length, earlier, heads, width) => {
        let pairs = 0;
        for (let query = 0; query < length; query++) {
          for (let key = 0; key < earlier + length; key++) if (key <= earlier + query) pairs++;
        }
        const q = operand(batch, length, heads, width);
        const k = operand(batch, earlier + length, heads, width);
        expect(flops('attention', [q, k, k, 1])).toBe(4 * batch * heads * width * pairs);
        expect(flops('attentionBackward', [q, q, k, k, 1])).toBe(10 * batch * heads * width * pairs);
      }),
    );
  });

  it('in bytes is that of all operands and results', () => {
    const [x, y] = [operand(2, 3), operand(4)];
    expect(bytesOf([x, y, 1, null, true], [x.buffer, y.buffer])).toBe(4 * (6 + 4 + 6 + 4));
  });
});

function flops(kernel: 'matmul' | 'attention' | 'attentionBackward', args: readonly unknown[]): number {
  const work = WORK[kernel];
  return work === 'bytes' ? Number.NaN : work(args);
}

describe('Profiler', () => {
  it('counts calls by kernel and by shape, and changes no result', async () => {
    const [plain, profiled] = [await createBackend('wasm'), await createBackend('wasm')];
    const run = () =>
      scope(() => {
        const x = ones([2, 3]);
        const y = ones([4, 3]);
        const products = [
          x.matmul(x, { transposeB: true }),
          x.matmul(x, { transposeB: true }),
          x.matmul(y, { transposeB: true }),
        ];
        const q = ones([1, 2, 1, 4]);
        return [...products, attention(q, q, q, 1)].map((t) => Array.from(t.dataSync()));
      });
    const expected = withBackend(plain, run);
    const profiler = new Profiler(profiled);
    expect(withBackend(profiled, run)).toEqual(expected);
    const calls = (byShape: boolean) =>
      Object.fromEntries(
        profiler
          .total(byShape)
          .filter(({ kernel }) => kernel === 'matmul' || kernel === 'attention')
          .map((entry) => [`${entry.kernel} ${entry.shapes}`.trim(), entry.calls]),
      );
    expect(calls(false)).toEqual({ matmul: 3, attention: 1 });
    expect(Object.values(calls(true)).sort()).toEqual([1, 1, 2]);
    expect(profiler.total(false).every(({ milliseconds, work }) => milliseconds >= 0 && work > 0)).toBe(true);
    profiler.reset();
    expect(profiler.total(true)).toEqual([]);
  });
});

const timesOf = (spans: Spans) => Object.fromEntries(spans.total());

describe('Spans', () => {
  const work = (milliseconds: number) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
  it('count each stretch without those inside it, and all of them once', () => {
    const spans = new Spans();
    const start = performance.now();
    const result = spans.time('outer', () => {
      work(4);
      spans.time('inner', () => work(8));
      spans.time('inner', () => spans.time('outer', () => work(2)));
      spans.leaveOut(1);
      return 'result';
    });
    const total = performance.now() - start;
    expect(result).toBe('result');
    const { outer, inner } = timesOf(spans);
    expect(outer).toBeGreaterThanOrEqual(4 + 2 - 1);
    expect(inner).toBeGreaterThanOrEqual(8);
    expect(outer + inner + 1).toBeLessThanOrEqual(total);
    spans.reset();
    expect(spans.total()).toEqual([]);
  });

  it('count what throws, too, and go on after it', () => {
    const spans = new Spans();
    const fail = () =>
      spans.time('fails', () => {
        work(2);
        throw new Error('no');
      });
    spans.time('outer', () => expect(fail).toThrow('no'));
    expect(timesOf(spans).fails).toBeGreaterThanOrEqual(2);
  });
});

describe('timeParts', () => {
  it('has a name for every part of a step, and changes none', async () => {
    const backend = await init('wasm');
    const settings = trainSettings({ batchSize: 2, blockSize: 4, nLayer: 1, nHead: 1, nEmbd: 8 }, 'nano-cpu');
    const tokens = Int32Array.from({ length: 100 }, (_, i) => i % 7);
    const losses = async (watch: (state: TrainingState) => void) => {
      const state = newTraining(modelConfigFor(settings, 7), settings, tokens);
      watch(state);
      const step = () => trainStep(state, settings, () => 1e-2, null);
      return [await step(), await step(), await step()];
    };
    const plain = await losses(() => {});
    const spans = new Spans();
    expect(await losses((state) => timeParts(state, backend, spans))).toEqual(plain);
    expect(Object.keys(timesOf(spans)).sort()).toEqual([
      'backward pass: walk, ask for kernels',
      'copy the batch to the backend',
      'copy the loss to the host',
      'draw a batch',
      'forward pass: ask for kernels, record',
      'optimizer: free the gradients',
      'optimizer: go through the parameters',
    ]);
  });
});
