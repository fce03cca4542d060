import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dropout } from '../../src/nn/layers/dropout.js';
import { Linear } from '../../src/nn/layers/linear.js';
import { Module } from '../../src/nn/module.js';
import { Parameter } from '../../src/nn/parameter.js';
import type { StateDict } from '../../src/nn/state-dict.js';
import {
  type Backend,
  CheckpointError,
  ConfigError,
  Generator,
  LifetimeError,
  liveBuffers,
  ones,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../src/tensor/index.js';
import { backends, reference64 } from '../helpers/kernels/backends.js';

/** A module from a description: what it registers, in order. */
class Tree extends Module {
  constructor(children: readonly (readonly [name: string, child: Module | Tensor])[] = []) {
    super();
    for (const [name, child] of children) this.register(name, child);
  }
}

function on<T>(backend: Backend, f: () => T): T {
  return withBackend(backend, f);
}

function parameter(...values: number[]): Parameter {
  return on(reference64, () => Parameter.from(() => tensor(values)));
}

/** Two blocks in a list, each with a transparent part, as the models are built. */
function network(seed = 0): Tree {
  const generator = new Generator(seed);
  const block = () =>
    new Tree([
      ['', new Tree([['query', new Linear(2, 2, generator)]])],
      ['', new Tree([['c_fc', new Linear(2, 3, generator, { bias: true })]])],
      ['alpha', Parameter.from(() => ones([2]))],
    ]);
  return new Tree([
    ['transformer.wte', new Linear(2, 4, generator)],
    ['transformer.h.0', block()],
    ['transformer.h.1', block()],
    ['table', tensor([1, 2, 3])],
    ['sz', Parameter.from(() => ones([4]))],
  ]);
}

const NETWORK_NAMES = [
  'transformer.wte.weight',
  ...[0, 1].flatMap((layer) =>
    ['query.weight', 'c_fc.weight', 'c_fc.bias', 'alpha'].map((name) => `transformer.h.${layer}.${name}`),
  ),
  'sz',
];

describe('names', () => {
  it('join with dots in the order of registration; the empty name is transparent, buffers have none', () => {
    const net = on(reference64, network);
    expect(net.namedParameters().map(([name]) => name)).toEqual(NETWORK_NAMES);
    expect(net.parameters()).toEqual(net.namedParameters().map(([, found]) => found));
    expect(net.parameterCount()).toBe(8 + 2 * (4 + 6 + 3 + 2) + 4);
  });

  it('of random trees are the paths with the empty parts left out', () => {
    const parts = fc.uniqueArray(fc.constantFrom('a', 'b', 'h.0', 'w', ''), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 3 }), (levels) => {
        const paths: string[] = [];
        const grow = (level: number, path: string[]): Tree =>
          new Tree(
            (levels[level] ?? []).flatMap((name) => {
              paths.push([...path, name, `p${level}`].filter((part) => part !== '').join('.'));
              const leaf = new Tree([[`p${level}`, parameter(level)]]);
              return [
                [
                  name,
                  new Tree([
                    ['', leaf],
                    ['', grow(level + 1, [...path, name])],
                  ]),
                ] as const,
              ];
            }),
          );
        const tree = grow(0, []);
        // several transparent children may hold the same names: that is refused, see below
        fc.pre(new Set(paths).size === paths.length);
        expect(tree.namedParameters().map(([name]) => name)).toEqual(paths);
      }),
      { numRuns: 60 },
    );
  });

  it('of modules are listed with the module itself first', () => {
    const inner = new Tree();
    const outer = new Tree([['list.0', new Tree([['', inner]])]]);
    expect(outer.namedModules().map(([name]) => name)).toEqual(['', 'list.0', 'list.0']);
    expect(outer.namedModules()[0][1]).toBe(outer);
    expect(outer.namedModules()[2][1]).toBe(inner);
  });

  it('may not be taken twice, also not through transparent children, and a tensor needs one', () => {
    expect(
      () =>
        new Tree([
          ['a', new Tree()],
          ['a', new Tree()],
        ]),
    ).toThrow(ConfigError);
    expect(() => new Tree([['', parameter(1)]])).toThrow(/empty name/);
    const twice = new Tree([
      ['', new Tree([['w', parameter(1)]])],
      ['', new Tree([['w', parameter(2)]])],
    ]);
    expect(() => twice.namedParameters()).toThrow(/two parameters have the name 'w'/);
  });

  it('of a shared parameter: the first counts, both are saved', async () => {
    const shared = parameter(1, 2);
    const tied = new Tree([
      ['wte.weight', shared],
      ['lm_head.weight', shared],
    ]);
    expect(tied.namedParameters()).toEqual([['wte.weight', shared]]);
    expect(tied.parameterCount()).toBe(2);
    const state = await tied.stateDict();
    expect([...state.keys()]).toEqual(['wte.weight', 'lm_head.weight']);
    tied.loadStateDict(state);
    expect([...shared.dataSync()]).toEqual([1, 2]);
  });
});

describe('train and eval', () => {
  it('reach every module below', () => {
    const dropout = new Dropout(0.5, new Generator(0));
    const net = new Tree([['', new Tree([['drop', dropout]])]]);
    expect([net.training, dropout.training]).toEqual([true, true]);
    expect(net.eval()).toBe(net);
    expect([net.training, dropout.training]).toEqual([false, false]);
    net.train();
    expect([net.training, dropout.training]).toEqual([true, true]);
  });
});

describe.each(backends)('state dict on %s', (_, backend) => {
  it('goes round: another model loaded from it has the same values, and its own storage', async () => {
    const [first, second] = on(backend, () => [network(1), network(2)]);
    const state = await first.stateDict();
    expect([...state.keys()]).toEqual(NETWORK_NAMES);
    expect(state.get('transformer.h.1.c_fc.weight')!.shape).toEqual([3, 2]);
    expect(state.get('sz')!.dtype).toBe(backend.floatType);
    second.loadStateDict(state);
    expect(await second.stateDict()).toEqual(state);
    state.get('sz')!.data.fill(7);
    expect([...second.parameters().at(-1)!.dataSync()]).toEqual([1, 1, 1, 1]);
  });

  it('is not loaded behind the back of a backward pass that needs the old values', async () => {
    const net = on(backend, () => new Tree([['w', Parameter.from(() => ones([2]))]]));
    const loss = net.parameters()[0].square().sum();
    net.loadStateDict(await net.stateDict());
    expect(() => loss.backward()).toThrow(LifetimeError);
  });

  it('takes the other float type', () => {
    const net = on(backend, () => new Tree([['w', Parameter.from(() => ones([2]))]]));
    for (const data of [Float64Array.of(0.25, -2), Float32Array.of(0.25, -2)]) {
      const dtype = data instanceof Float32Array ? 'float32' : 'float64';
      net.loadStateDict(new Map([['w', { shape: [2], dtype, data }]]));
      expect([...net.parameters()[0].dataSync()]).toEqual([0.25, -2]);
    }
  });
});

describe('loading what does not fit', () => {
  const entry = (shape: number[], data = new Float64Array(shape.reduce((a, b) => a * b, 1))) =>
    ({ shape, dtype: 'float64', data }) as const;
  const net = () =>
    new Tree([
      ['a', parameter(1)],
      ['b', parameter(1, 2)],
      ['c', parameter(3)],
    ]);

  it('names everything that is missing, unexpected or misshapen, and changes nothing', () => {
    const tree = net();
    const state: StateDict = new Map([
      ['a', entry([1], Float64Array.of(9))],
      ['b', entry([2, 1])],
      ['other', entry([1])],
      ['more', entry([1])],
    ]);
    expect(() => tree.loadStateDict(state)).toThrow(CheckpointError);
    expect(() => tree.loadStateDict(state)).toThrow(
      'missing: c; unexpected: other, more; misshapen: b is float64 [2, 1], wanted float64 [2]',
    );
    expect([...tree.parameters()[0].dataSync()]).toEqual([1]);
  });

  it('passes over missing and unexpected names when not strict, but not over shapes', () => {
    const tree = net();
    const state: StateDict = new Map([
      ['a', entry([1], Float64Array.of(9))],
      ['other', entry([1])],
    ]);
    tree.loadStateDict(state, { strict: false });
    expect(tree.parameters().map((found) => [...found.dataSync()])).toEqual([[9], [1, 2], [3]]);
    state.set('b', entry([3]));
    expect(() => tree.loadStateDict(state, { strict: false })).toThrow(/misshapen: b/);
  });

  it('refuses integers and data that do not fill their shape', () => {
    const tree = new Tree([['b', parameter(1, 2)]]);
    const integers: StateDict = new Map([['b', { shape: [2], dtype: 'int32', data: Int32Array.of(1, 2) }]]);
    expect(() => tree.loadStateDict(integers)).toThrow(/b is int32 \[2\], wanted float64 \[2\]/);
    expect(() => tree.loadStateDict(new Map([['b', entry([2], new Float64Array(3))]]))).toThrow(
      /with 3 values/,
    );
  });
});

describe('memory', () => {
  it('made in a scope outlives it, buffers included', () => {
    on(reference64, () => {
      const buffers: Tensor[] = [];
      scope(() => {
        buffers.push(tensor([1, 2]));
        new Tree([['table', buffers[0]]]);
      });
      expect([...buffers[0].dataSync()]).toEqual([1, 2]);
    });
  });

  it('zeroGrad frees the gradients; dispose frees parameters, gradients and buffers', () => {
    on(reference64, () => {
      const before = liveBuffers();
      const net = network();
      const size = NETWORK_NAMES.length + 1;
      const differentiate = () =>
        scope(() => {
          for (const found of net.parameters()) found.square().sum().backward();
        });
      expect(liveBuffers() - before).toBe(size);
      differentiate();
      expect(liveBuffers() - before).toBe(size + NETWORK_NAMES.length);
      net.zeroGrad();
      expect(liveBuffers() - before).toBe(size);
      differentiate();
      net.dispose();
      net.dispose();
      expect(liveBuffers() - before).toBe(0);
    });
  });
});

describe('what is in a property and not registered', () => {
  class Holder extends Module {
    [name: string]: unknown;
    constructor(properties: Record<string, unknown>, registered: readonly (Module | Tensor)[] = []) {
      super();
      for (const [i, child] of registered.entries()) this.register(`child${i}`, child);
      Object.assign(this, properties);
    }
  }
  const linear = () => on(reference64, () => new Linear(2, 2, new Generator(1)));
  const uses: readonly [string, (module: Module) => unknown][] = [
    ['parameters', (module) => module.parameters()],
    ['stateDict', (module) => module.stateDict()],
    ['zeroGrad', (module) => module.zeroGrad()],
    ['eval', (module) => module.eval()],
    ['namedModules', (module) => module.namedModules()],
  ];

  it.each(uses)('is an error that says where, in %s', (_, use) => {
    const places: [Record<string, unknown>, string][] = [
      [{ hidden: linear() }, 'this.hidden'],
      [{ scale: parameter(1) }, 'this.scale'],
      [{ layers: [1, linear()] }, 'this.layers[1]'],
      [{ layers: [[parameter(1)]] }, 'this.layers[0][0]'],
      [{ parts: { first: linear() } }, 'this.parts.first'],
    ];
    for (const [properties, where] of places) {
      expect(() => use(new Holder(properties))).toThrow(ConfigError);
      expect(() => use(new Holder(properties))).toThrow(`Holder: ${where} is not registered, so it would be`);
      const inner = new Holder({}, [new Holder(properties)]);
      expect(() => use(inner)).toThrow(`Holder (child0): ${where} is not registered`);
    }
  });

  it.each(uses)(
    'may be anything else, and anything that is registered somewhere in the tree, in %s',
    (_, use) => {
      const [child, own] = [linear(), parameter(1)];
      const cycle: unknown[] = [];
      cycle.push(cycle);
      const harmless = { n: 1, s: 'x', list: [1, null], map: new Map([[1, child]]), f: () => child, cycle };
      expect(() =>
        use(new Holder({ child, own, all: [child, own], deep: { child }, ...harmless }, [child, own])),
      ).not.toThrow();
      expect(() => use(new Holder({}, [new Holder({ shared: child }), child]))).not.toThrow();
      expect(() => use(new Holder({ constant: on(reference64, () => tensor(1)) }))).not.toThrow();
    },
  );
});
