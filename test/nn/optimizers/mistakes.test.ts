import { beforeAll, describe, expect, it } from 'vitest';
import { Parameter, SGD } from '../../../src/nn/index.js';
import { createBackend, init, outsideScopes, type Tensor, tensor } from '../../../src/tensor/index.js';
import { messageOf } from '../../helpers/thrown.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

describe('an optimizer says what is wrong', () => {
  const made = () => {
    const w = new Parameter(tensor([1]));
    w.grad = outsideScopes(() => tensor([2]));
    return { w, optimizer: new SGD([w], { learningRate: 0.1, momentum: 0.9 }) };
  };

  it.each<[string, () => Tensor | Promise<Tensor>, string]>([
    [
      'no tensor',
      () => 3 as unknown as Tensor,
      'optimizer: gradientScale must be a tensor, got 3; tensor() makes one of it',
    ],
    ['no scalar', () => tensor([1, 2]), 'optimizer: gradientScale must be a scalar, got [2]'],
    [
      'of integers',
      () => tensor(1, [], { dtype: 'int32' }),
      "optimizer: wants a float tensor, got int32; use .cast('float32')",
    ],
    [
      'elsewhere',
      async () => tensor(1, [], { backend: await createBackend('reference') }),
      'optimizer: tensors on two backends: reference (float64) and reference (float32)',
    ],
  ])('of a scale that is %s, and makes no step', async (_, scale, message) => {
    const { w, optimizer } = made();
    const gradientScale = await scale();
    expect(messageOf(() => optimizer.step({ gradientScale }))).toBe(message);
    expect(Array.from(w.dataSync())).toEqual([1]);
  });

  it.each([
    [null, 'loadStateDict: wants { step, tensors }, as stateDict gives them, got null'],
    [{ step: 1 }, 'loadStateDict: wants { step, tensors }, as stateDict gives them, got Object'],
  ])('of %j for a state', (state, message) => {
    const { optimizer } = made();
    expect(messageOf(() => optimizer.loadStateDict(state as never))).toBe(message);
  });

  it('of a state without one of its tensors', async () => {
    const { optimizer } = made();
    const { step } = await optimizer.stateDict();
    expect(messageOf(() => optimizer.loadStateDict({ step, tensors: new Map() }))).toMatch(
      /^the checkpoint does not fit: missing: /,
    );
  });

  it('of a state whose step is none', async () => {
    const { optimizer } = made();
    const { tensors } = await optimizer.stateDict();
    expect(messageOf(() => optimizer.loadStateDict({ step: -1, tensors }))).toBe(
      'optimizer: step must be a whole number of at least 0, got -1',
    );
  });

  it.each([
    [
      'a scale',
      ({ scale }: { scale: Tensor }) => scale,
      'optimizer: the tensor [] was disposed; return it from its scope or keep() it',
    ],
    [
      'a parameter',
      ({ w }: { w: Tensor }) => w,
      'optimizer: the tensor [1] was disposed; return it from its scope or keep() it',
    ],
    [
      'a gradient',
      ({ w }: { w: Parameter }) => w.grad!,
      'optimizer: the tensor [1] was disposed; return it from its scope or keep() it',
    ],
  ])('of %s that was disposed', (_, which, message) => {
    const { w, optimizer } = made();
    const scale = tensor(1);
    which({ w, scale } as never).dispose();
    expect(messageOf(() => optimizer.step({ gradientScale: scale }))).toBe(message);
  });

  it('of parameters that are no set', () => {
    const { w, optimizer } = made();
    for (const [op, call] of [
      ['state', () => optimizer.state([w] as never)],
      ['loadStateDict', () => optimizer.loadStateDict({ step: 0, tensors: new Map() }, [w] as never)],
    ] as const) {
      expect(messageOf(call)).toBe(`${op}: only is a Set of parameters, got Array`);
    }
  });
});
