import { describe, expect, it } from 'vitest';
import { Adam, type Parameter, RMSProp, SGD } from '../../../src/nn/index.js';
import {
  BackendError,
  createBackend,
  LifetimeError,
  ShapeError,
  type Tensor,
  tensor,
} from '../../../src/tensor/index.js';
import { backends } from '../../helpers/kernels/backends.js';
import { parameterOf, setGradient } from '../../helpers/models/parameters.js';

const elsewhere = await createBackend('reference', { dtype: 'float32' });

const OPTIMIZERS = {
  SGD: (all: Parameter[]) => new SGD(all, { learningRate: 0.1, momentum: 0.5 }),
  Adam: (all: Parameter[]) => new Adam(all, { learningRate: 0.1 }),
  RMSProp: (all: Parameter[]) => new RMSProp(all, { learningRate: 0.1 }),
};

/** What is wrong with the last of two parameters, or with the scale of all gradients. */
const ACCIDENTS: Record<
  string,
  readonly [spoil: (last: Parameter) => Tensor | null, error: new (...args: never[]) => Error]
> = {
  'a gradient was disposed': [({ grad }) => without(grad), LifetimeError],
  'a parameter was disposed': [(last) => without(last), LifetimeError],
  'the scale is of another backend': [() => tensor(0.5, [], { backend: elsewhere }), BackendError],
  'the scale was disposed': [({ backend }) => disposed(tensor(0.5, [], { backend })), LifetimeError],
  'the scale is no scalar': [({ backend }) => tensor([1, 2], [2], { backend }), ShapeError],
};

function without(x: Tensor | null): null {
  x?.dispose();
  return null;
}

function disposed(x: Tensor): Tensor {
  x.dispose();
  return x;
}

describe.each(backends)('a step on %s', (_, backend) => {
  for (const [name, create] of Object.entries(OPTIMIZERS)) {
    it.each(Object.entries(ACCIDENTS))(`of ${name} has changed nothing where %s`, (_, [spoil, error]) => {
      const [first, last] = [parameterOf(backend, [1, 2]), parameterOf(backend, [3])];
      const optimizer = create([first, last]);
      setGradient(first, [4, -4]);
      setGradient(last, [1]);
      const gradientScale = spoil(last);
      expect(() => optimizer.step({ gradientScale })).toThrow(error);
      expect([...first.dataSync()]).toEqual([1, 2]);
      expect(optimizer.stepCount).toBe(0);
    });
  }
});
