import { describe, expect, it } from 'vitest';
import { assignInPlace, Generator, liveBuffers, normal, scope, withBackend } from '../../../src/index.js';
import { Linear, ModuleList, mseLoss, Sequential, SGD, Tanh } from '../../../src/nn/index.js';
import { backends, reference64 } from '../../helpers/kernels/backends.js';
import { expectClose } from '../../helpers/values/close.js';
import { EXACT } from '../../helpers/values/tolerance.js';

const network = () => {
  const generator = new Generator(1);
  return new Sequential(
    new Linear(2, 4, generator, { bias: true }),
    new Tanh(),
    new Linear(4, 1, generator, { bias: true }),
  );
};

describe.each(backends)('Sequential on %s', (_, backend) => {
  it('feeds each layer with what the one before made, and frees what lies between', () => {
    withBackend(backend, () => {
      const [model, x] = [network(), normal(new Generator(2), [3, 2])];
      const before = liveBuffers();
      scope(() => {
        const [first, bend, last] = model;
        const wanted = last.forward(bend.forward(first.forward(x)));
        expectClose(model.forward(x), wanted, EXACT);
        expect(new Sequential().forward(x)).toBe(x);
      });
      expect(liveBuffers()).toBe(before);
    });
  });

  it('learns', () => {
    withBackend(backend, () => {
      const model = network();
      const x = normal(new Generator(3), [16, 2]);
      const target = x
        .slice(1, 0, 1)
        .mul(x.slice(1, 1, 2))
        .tanh();
      const optimizer = new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 });
      const losses = Array.from({ length: 60 }, () =>
        scope(() => {
          const loss = mseLoss(model.forward(x), target);
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss.itemSync();
        }),
      );
      expect(losses[59]).toBeLessThan(losses[0] / 2);
      model.dispose();
    });
  });
});

describe('lists of modules', () => {
  const inDouble = <T>(f: () => T) => withBackend(reference64, f);

  it('name what they hold by its place, as PyTorch does, so that states go from one to another', async () => {
    await inDouble(async () => {
      const [a, b] = [network(), new ModuleList(network())];
      const names = ['0.weight', '0.bias', '2.weight', '2.bias'];
      expect(a.namedParameters().map(([name]) => name)).toEqual(names);
      expect(b.namedParameters().map(([name]) => name)).toEqual(names);
      const x = normal(new Generator(4), [3, 2]);
      for (const parameter of a.parameters()) assignInPlace(parameter, parameter.add(1));
      const other = network();
      other.loadStateDict(await a.stateDict());
      expectClose(other.forward(x), a.forward(x), EXACT);
    });
  });

  it('can be walked, asked and made longer', () => {
    inDouble(() => {
      const list = new ModuleList<Tanh>();
      const [first, second] = [new Tanh(), new Tanh()];
      expect(list.append(first).append(second).length).toBe(2);
      expect([...list]).toEqual([first, second]);
      expect([list.at(0), list.at(-1), list.at(2)]).toEqual([first, second, undefined]);
      expect(list.namedModules().map(([name]) => name)).toEqual(['', '0', '1']);
      expect(String(network())).toBe(
        'Sequential(\n  (0): Linear(weight: [4, 2] float64, bias: [4] float64)\n  (1): Tanh()\n  (2): Linear(weight: [1, 4] float64, bias: [1] float64)\n), 17 parameters',
      );
    });
  });

  it('put all they hold into evaluation mode', () => {
    inDouble(() => {
      const model = network().eval();
      expect([...model].map(({ training }) => training)).toEqual([false, false, false]);
    });
  });
});
