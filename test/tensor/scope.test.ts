import { describe, expect, it } from 'vitest';
import {
  crossEntropy,
  init,
  keep,
  LifetimeError,
  liveBuffers,
  outsideScopes,
  scope,
  sumSquares,
  type Tensor,
  tensor,
} from '../../src/index.js';

const backend = await init('reference');
const one = () => tensor([1, 2, 3]);

describe('scope', () => {
  it('frees what it does not return', () => {
    const before = liveBuffers();
    const kept = scope(() => {
      one();
      return one().add(one());
    });
    expect(liveBuffers()).toBe(before + 1);
    expect(Array.from(kept.dataSync())).toEqual([2, 4, 6]);
    kept.dispose();
    expect(liveBuffers()).toBe(before);
    expect(backend.memory().buffers).toBe(before);
  });

  it('finds what it returns in arrays and objects', () => {
    const before = liveBuffers();
    const result = scope(() => ({ list: [one(), [one()]], one: one(), number: 3, nothing: null }));
    one().dispose();
    expect(liveBuffers()).toBe(before + 3);
    for (const x of [result.one, result.list[0] as Tensor, (result.list[1] as Tensor[])[0]]) x.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('nests: what an inner scope returns belongs to the outer', () => {
    const before = liveBuffers();
    scope(() => {
      const inner = scope(() => {
        one();
        return one();
      });
      expect(liveBuffers()).toBe(before + 1);
      expect(inner.isDisposed).toBe(false);
    });
    expect(liveBuffers()).toBe(before);
  });

  it('frees everything when its function throws', () => {
    const before = liveBuffers();
    expect(() =>
      scope(() => {
        one();
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(liveBuffers()).toBe(before);
  });

  it('refuses promises, which would outlive it', () => {
    expect(() => scope(async () => one())).toThrow(/must be synchronous/);
  });

  it('spares what was kept and what was made outside', () => {
    const before = liveBuffers();
    const [kept, outside] = scope(() => {
      const a = keep(one());
      const b = outsideScopes(() => one());
      return [() => a, () => b];
    });
    expect(liveBuffers()).toBe(before + 2);
    kept().dispose();
    outside().dispose();
    expect(liveBuffers()).toBe(before);
  });
});

describe('outside every scope', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const integers = tensor(Int32Array.of(0, 1));
  const OPS: Record<string, () => Tensor> = {
    'add a number': () => x.add(1),
    'div by a number': () => x.div(2),
    'pow with a number': () => x.pow(2),
    'maximum with a number': () => x.maximum(2),
    'minimum with a number': () => x.minimum(2),
    'compare with a number': () => x.gt(2),
    silu: () => x.silu(),
    mean: () => x.mean(0),
    matmul: () => x.matmul(x),
    'matmul of a batch with a matrix': () => x.reshape([2, 1, 2]).matmul(x, { transposeB: true }),
    'matmul of two batches': () => x.reshape([2, 1, 2]).matmul(x.reshape([1, 2, 2])),
    'unit along another axis': () => x.unit(0),
    softmax: () => x.softmax(),
    gather: () => x.gather(integers),
    sumSquares: () => sumSquares(x),
    crossEntropy: () => crossEntropy(x, integers),
  };

  it.each(Object.keys(OPS))('%s leaves nothing but its result', (name) => {
    const before = liveBuffers();
    const result = OPS[name]();
    expect(liveBuffers()).toBe(before + 1);
    result.dispose();
    expect(liveBuffers()).toBe(before);
  });
});

describe('handles', () => {
  it('share a buffer until the last is disposed', () => {
    const before = liveBuffers();
    const x = one();
    const seen = x.reshape([3, 1]);
    expect(liveBuffers()).toBe(before + 1);
    x.dispose();
    x.dispose();
    expect(Array.from(seen.dataSync())).toEqual([1, 2, 3]);
    seen.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('cannot be used after dispose', () => {
    const x = one();
    x.dispose();
    expect(x.isDisposed).toBe(true);
    expect(() => x.add(1)).toThrow(LifetimeError);
    expect(() => x.add(1)).toThrow(/\[3\] was disposed; return it from its scope or keep\(\) it/);
  });
});

describe('the reference backend', () => {
  it('refuses buffers that were freed', () => {
    const buffer = backend.upload(new Float32Array(2), 'float32');
    backend.free(buffer);
    expect(() => backend.free(buffer)).toThrow();
    expect(() => backend.readSync?.(buffer)).toThrow();
  });
});
