import { describe, expect, it } from 'vitest';
import {
  createBackend,
  createModel,
  crossEntropy,
  crossEntropyRows,
  DataError,
  Embedding,
  Generator,
  gather,
  init,
  KeyValueCache,
  liveBuffers,
  nllLoss,
  scatterAdd,
  type Tensor,
  takeAlongAxis,
  tensor,
  withBackend,
  zeros,
} from '../../../src/index.js';
import { INT32_MAX, INT32_MIN } from '../../../src/tensor/dtype.js';
import { backends } from '../../helpers/kernels/backends.js';
import { tinyConfig } from '../../helpers/models/models.js';
import { messageOf } from '../../helpers/thrown.js';
import { property } from '../../helpers/values/draw.js';

await init('reference');

const at = (...indices: number[]): Tensor => tensor(Int32Array.from(indices));
const NINE = Int32Array.of(0, 1, 2, 1, 3, 0);

/** What each says of an index that is not there. */
const OUTSIDE: Readonly<Record<string, [() => unknown, string]>> = {
  gather: [
    () => gather(zeros([3, 2]), tensor(NINE, [2, 3])),
    'gather: indices must be rows in [0, 3), got 3 at [1, 1]',
  ],
  'gather of a negative one': [
    () => zeros([3, 2]).gather(at(2, -1)),
    'gather: indices must be rows in [0, 3), got -1 at [1]',
  ],
  'gather at a scalar': [
    () => gather(zeros([3, 2]), tensor(NINE.slice(4, 5), [])),
    'gather: indices must be rows in [0, 3), got 3',
  ],
  'gather from no rows': [
    () => gather(zeros([0, 2]), at(0)),
    'gather: indices must be rows in [0, 0), got 0 at [0]',
  ],
  scatterAdd: [
    () => scatterAdd(at(0, 5), zeros([2, 2]), 5),
    'scatterAdd: indices must be rows in [0, 5), got 5 at [1]',
  ],
  takeAlongAxis: [
    () => takeAlongAxis(zeros([2, 3]), tensor(NINE, [2, 3])),
    'takeAlongAxis: indices must be places in [0, 3), got 3 at [1, 1]',
  ],
  crossEntropy: [
    () => crossEntropy(zeros([2, 3, 3]), tensor(NINE, [2, 3])),
    'crossEntropy: the targets must be classes in [0, 3) or the ignoreIndex -1, got 3 at [1, 1]',
  ],
  'crossEntropy with another ignoreIndex': [
    () => crossEntropy(zeros([2, 3]), at(-100, -1), { ignoreIndex: -100 }),
    'crossEntropy: the targets must be classes in [0, 3) or the ignoreIndex -100, got -1 at [1]',
  ],
  crossEntropyRows: [
    () => crossEntropyRows(zeros([2, 3]), at(3, 0)),
    'crossEntropy: targets must be classes in [0, 3) or the ignoreIndex -1, got 3 at [0]',
  ],
  nllLoss: [
    () => nllLoss(zeros([2, 3]), at(2, 97)),
    'nllLoss: the targets must be classes in [0, 3) or the ignoreIndex -1, got 97 at [1]',
  ],
  Embedding: [
    () => new Embedding(3, 2, new Generator(1)).forward(at(0, 3)),
    'Embedding: indices must be rows in [0, 3), got 3 at [1]',
  ],
};

describe.each(backends)('an index that is not there, on %s', (_, backend) => {
  it.each(Object.entries(OUTSIDE))('is an error of %s', (_, [call, message]) => {
    withBackend(backend, () => {
      expect(call).toThrow(DataError);
      expect(messageOf(call)).toBe(message);
    });
  });

  it('is found wherever it stands, the ends of int32 and what is ignored included', () => {
    property((draw) => {
      const limit = draw.pick(0, 1, 3, INT32_MAX);
      const ignored = draw.pick(null, -1, 0, 7, INT32_MIN);
      const some = [0, limit - 1, limit, -1, 7, INT32_MIN, INT32_MAX].filter((index) => index <= INT32_MAX);
      const values = Array.from({ length: draw.integer(0, 9) }, () => draw.pick(...some, 0, 0, 0));
      const wanted = values.findIndex((index) => (index < 0 || index >= limit) && index !== ignored);
      const indices = withBackend(backend, () => at(...values));
      expect(backend.firstOutside?.(indices, limit, ignored), `${values} below ${limit}`).toBe(wanted);
    });
  });

  it('leaves nothing behind', () => {
    withBackend(backend, () => {
      const [table, indices] = [zeros([3, 2]), at(3)];
      const before = liveBuffers();
      expect(() => gather(table, indices)).toThrow(DataError);
      expect(() => crossEntropy(table, at(0, 0, 9))).toThrow(DataError);
      expect(liveBuffers()).toBe(before + 1);
    });
  });
});

describe('a model', () => {
  const config = tinyConfig({ vocabSize: 5, blockSize: 4 });
  const rows = (...tokens: number[]): Tensor => tensor(Int32Array.from(tokens), [2, 2]);

  it('refuses tokens and targets outside its vocabulary', () => {
    const model = createModel(config, new Generator(1));
    const vocabulary = 'tokens of its vocabulary in [0, 5)';
    for (const f of [
      () => model.forward(rows(0, 1, 5, 0)),
      () => model.hiddenStates(rows(0, 1, 5, 0)),
      () => model.loss(rows(0, 1, 5, 0), rows(0, 0, 0, 0)),
    ]) {
      expect(messageOf(f)).toBe(`model: the tokens must be ${vocabulary}, got 5 at [1, 0]`);
    }
    expect(messageOf(() => model.loss(rows(0, 1, 2, 3), rows(-1, 0, 0, 97)))).toBe(
      `model: the targets must be ${vocabulary} or the ignoreIndex -1, got 97 at [1, 1]`,
    );
  });

  it('has read nothing into its cache then', () => {
    const model = createModel(config, new Generator(1));
    const cache = new KeyValueCache(config.nLayer);
    expect(() => model.hidden(tensor(Int32Array.of(1, -1), [1, 2]), { cache })).toThrow(DataError);
    expect(cache.length).toBe(0);
  });
});

it('where looking would mean waiting, an index that is not there is a row of zeros, and costs nothing', async () => {
  const gpu = await createBackend('gpu', { mode: 'cpu' });
  const results = withBackend(gpu, () => [
    gather(tensor([[7], [8]]), at(1, 2, -1)),
    takeAlongAxis(tensor([7, 8]), at(1, 2, -1)),
    scatterAdd(at(1, 2, -1), tensor([[7], [8], [9]]), 2),
    crossEntropy(zeros([2, 2]), at(0, 2), { reduction: 'none' }),
    nllLoss(tensor([[-7, -8]]), at(2), { reduction: 'none' }),
  ]);
  const values = await Promise.all(results.map((x) => x.data()));
  expect(values.map((x) => Array.from(x))).toEqual([
    [8, 0, 0],
    [8, 0, 0],
    [0, 7],
    [expect.closeTo(Math.LN2), 0],
    [expect.closeTo(0)],
  ]);
});

it.each([Number.NaN, 0.5, 2 ** 31])('an ignoreIndex of %d is none that a target could be', (ignoreIndex) => {
  for (const loss of [crossEntropy, nllLoss]) {
    expect(() => loss(zeros([1, 2]), at(0), { ignoreIndex })).toThrow(
      `ignoreIndex must be a whole number of at least ${INT32_MIN}`,
    );
  }
});
