import { describe, expect, it } from 'vitest';
import { Parameter } from '../../src/nn/parameter.js';
import { liveBuffers, ShapeError, scope, tensor, withBackend } from '../../src/tensor/index.js';
import { backends } from '../helpers/kernels/backends.js';

describe.each(backends)('Parameter on %s', (_, backend) => {
  const make = () => withBackend(backend, () => new Parameter(tensor([1, 2, 3])));

  it('survives scopes and shares the storage of what it was made from', () => {
    const before = liveBuffers();
    const parameter = withBackend(backend, () => scope(() => make()));
    expect([...parameter.dataSync()]).toEqual([1, 2, 3]);
    expect(liveBuffers()).toBe(before + 1);
    parameter.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('is not freed by a scope that does not return it', () => {
    let parameter: Parameter | null = null;
    withBackend(backend, () =>
      scope(() => {
        parameter = make();
      }),
    );
    expect([...parameter!.dataSync()]).toEqual([1, 2, 3]);
    parameter!.dispose();
  });

  it('collects gradients that survive scopes, until zeroGrad frees them', () => {
    const parameter = Parameter.from(() => withBackend(backend, () => tensor([1, 2, 3])));
    const before = liveBuffers();
    for (let pass = 1; pass <= 2; pass++) {
      scope(() => parameter.square().sum().backward());
      expect([...parameter.grad!.dataSync()]).toEqual([2 * pass, 4 * pass, 6 * pass]);
      expect(liveBuffers()).toBe(before + 1);
    }
    parameter.zeroGrad();
    parameter.zeroGrad();
    expect(parameter.grad).toBeNull();
    expect(liveBuffers()).toBe(before);
    parameter.dispose();
  });

  it('frees its gradient with itself', () => {
    const before = liveBuffers();
    const parameter = Parameter.from(() => withBackend(backend, () => tensor([1, 2])));
    scope(() => parameter.sum().backward());
    parameter.dispose();
    parameter.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('knows its unit axis, counted from the front', () => {
    const matrix = withBackend(backend, () => tensor([[1, 0]]));
    expect(new Parameter(matrix).unitAxis).toBeNull();
    expect(new Parameter(matrix, { unitAxis: 0 }).unitAxis).toBe(0);
    expect(new Parameter(matrix, { unitAxis: -1 }).unitAxis).toBe(1);
    expect(() => new Parameter(matrix, { unitAxis: 2 })).toThrow(ShapeError);
  });
});
