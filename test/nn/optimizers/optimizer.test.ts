import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adam, AdamW, Linear, type Optimizer, type Parameter, RMSProp, SGD } from '../../../src/nn/index.js';
import {
  ArgumentError,
  CheckpointError,
  ConfigError,
  Generator,
  liveBuffers,
  tensor,
  withBackend,
} from '../../../src/tensor/index.js';
import { backends, reference64 } from '../../helpers/kernels/backends.js';
import { parameterOf, setGradient } from '../../helpers/models/parameters.js';
import { tameGradientSequences } from '../../helpers/values/arbitraries.js';
import { expectClose } from '../../helpers/values/close.js';
import { EXACT } from '../../helpers/values/tolerance.js';

describe('groups', () => {
  it('have rates and decays of their own, the rest is the optimizer’s, as it is at each step', () => {
    const parameters = [0, 1, 2, 3, 4].map(() => parameterOf(reference64, [1]));
    const optimizer = new SGD(
      [
        { parameters: [parameters[0]] },
        { parameters: [parameters[1]], learningRate: 0.25 },
        { parameters: [parameters[2]], weightDecay: 0 },
        { parameters: [parameters[3]], weightDecay: 0, learningRateScale: 0.5 },
        { parameters: [parameters[4]], weightDecay: 0, learningRate: 0.25, learningRateScale: 2 },
      ],
      { learningRate: 0.5, weightDecay: 1 },
    );
    const step = () => {
      for (const parameter of parameters) setGradient(parameter, [1]);
      optimizer.step();
      return parameters.map((parameter) => parameter.itemSync());
    };
    expect(step()).toEqual([0, 0.5, 0.5, 0.75, 0.5]);
    optimizer.learningRate = 0;
    optimizer.groups[1].learningRate = 1;
    expect(step()).toEqual([0, -1, 0.5, 0.75, 0]);
  });

  it('decay apart in AdamW: matrices shrink, norm weights do not', () => {
    const [matrix, norm] = [0, 1].map(() => parameterOf(reference64, [1]));
    const optimizer = new AdamW([{ parameters: [matrix] }, { parameters: [norm], weightDecay: 0 }], {
      learningRate: 0.5,
      weightDecay: 0.5,
    });
    for (const parameter of [matrix, norm]) setGradient(parameter, [0]);
    optimizer.step();
    expect([matrix.itemSync(), norm.itemSync()]).toEqual([0.75, 1]);
  });

  it('name their parameters, as given or by place', () => {
    const [a, b, c] = [1, 2, 3].map((value) => parameterOf(reference64, [value]));
    const optimizer = new Adam([{ parameters: [['wte.weight', a]] }, { parameters: [b, c] }], {
      learningRate: 1,
    });
    const { tensors, step } = optimizer.state();
    expect([...tensors.keys()]).toEqual(['m/wte.weight', 'm/1', 'm/2', 'v/wte.weight', 'v/1', 'v/2']);
    expect(step).toBe(0);
  });

  it('may not hold a parameter or a name twice, nor settings below 0; and there must be one', () => {
    const [a, b] = [1, 2].map((value) => parameterOf(reference64, [value]));
    const make = (...groups: ConstructorParameters<typeof SGD>[0][]) =>
      new SGD(
        groups.map((parameters) => ({ parameters }) as { parameters: Parameter[] }),
        { learningRate: 1 },
      );
    expect(() => make([a], [b, a])).toThrow(/given twice/);
    expect(() => make([['w', a]], [['w', b]])).toThrow(/two parameters have the name 'w'/);
    expect(() => new SGD([{ parameters: [a], learningRate: -1 }], { learningRate: 1 })).toThrow(ConfigError);
    expect(() => new SGD([{ parameters: [a], learningRateScale: -1 }], { learningRate: 1 })).toThrow(
      ConfigError,
    );
    expect(() => new SGD([{ parameters: [a], weightDecay: Number.NaN }], { learningRate: 1 })).toThrow(
      ConfigError,
    );
    for (const none of [[], [{ parameters: [] }]]) {
      expect(() => new SGD(none, { learningRate: 1 })).toThrow(
        /^optimizer: there are no parameters to train/,
      );
    }
    expect(() => new SGD([{ parameters: [] }, { parameters: [a] }], { learningRate: 1 })).not.toThrow();
  });
});

describe('a parameter without a gradient', () => {
  it('stays as it is, its moments too', () => {
    const [moved, left] = [1, 2].map((value) => parameterOf(reference64, [value]));
    const optimizer = new AdamW([moved, left], { learningRate: 0.1 });
    for (const parameter of [moved, left]) setGradient(parameter, [1]);
    optimizer.step();
    const before = [left.itemSync(), optimizer.state().tensors.get('m/1')!.itemSync()];
    left.zeroGrad();
    optimizer.step();
    expect([left.itemSync(), optimizer.state().tensors.get('m/1')!.itemSync()]).toEqual(before);
    expect(optimizer.stepCount).toBe(2);
  });
});

describe('zeroGrad', () => {
  it('frees the gradients of all groups', () => {
    const parameters = [0, 1, 2].map(() => parameterOf(reference64, [1]));
    const [a, b, c] = parameters;
    const optimizer = new SGD([{ parameters: [a, b] }, { parameters: [c] }], { learningRate: 1 });
    const before = liveBuffers();
    for (const parameter of parameters) setGradient(parameter, [1]);
    optimizer.zeroGrad();
    expect(parameters.map(({ grad }) => grad)).toEqual([null, null, null]);
    expect(liveBuffers()).toBe(before);
  });
});

describe('without a decay', () => {
  it.each(Object.entries({ Adam, AdamW, SGD, RMSProp }))(
    '%s does not look at the parameter',
    (_, Optimizer) => {
      // 0 · ∞ would be NaN.
      const parameter = parameterOf(reference64, [Number.POSITIVE_INFINITY]);
      const optimizer = new Optimizer([parameter], { learningRate: 0.1, weightDecay: 0 });
      setGradient(parameter, [1]);
      optimizer.step();
      expect(parameter.itemSync()).toBe(Number.POSITIVE_INFINITY);
      expect([...optimizer.state().tensors.values()].every((x) => Number.isFinite(x.itemSync()))).toBe(true);
    },
  );
});

describe('the state of some parameters', () => {
  const build = () => {
    const [a, b] = [1, 2].map((value) => parameterOf(reference64, [value]));
    const optimizer = new Adam(
      [
        ['a', a],
        ['b', b],
      ],
      { learningRate: 0.1 },
    );
    return { a, b, optimizer };
  };

  it('is theirs alone, and makes none for the others', () => {
    const { a, optimizer } = build();
    const before = liveBuffers();
    expect([...optimizer.state(new Set([a])).tensors.keys()]).toEqual(['m/a', 'v/a']);
    expect(liveBuffers()).toBe(before + 2);
    expect([...optimizer.state(new Set()).tensors.keys()]).toEqual([]);
    expect([...optimizer.state().tensors.keys()]).toEqual(['m/a', 'm/b', 'v/a', 'v/b']);
  });

  it('is taken over alone, from one of all or of them', async () => {
    const { a, b, optimizer: source } = build();
    for (const parameter of [a, b]) setGradient(parameter, [3]);
    source.step();
    const state = await source.stateDict();
    for (const names of [
      ['m/a', 'm/b', 'v/a', 'v/b'],
      ['m/a', 'v/a'],
    ]) {
      const { a: own, optimizer } = build();
      const tensors = new Map([...state.tensors].filter(([name]) => names.includes(name)));
      optimizer.loadStateDict({ ...state, tensors }, new Set([own]));
      const loaded = await optimizer.stateDict();
      expect(loaded.step).toBe(1);
      for (const slot of ['m', 'v']) {
        expect(loaded.tensors.get(`${slot}/a`)).toEqual(state.tensors.get(`${slot}/a`));
        expect([...loaded.tensors.get(`${slot}/b`)!.data]).toEqual([0]);
      }
    }
    const { a: own, optimizer } = build();
    const without = new Map([...state.tensors].filter(([name]) => name.endsWith('b')));
    expect(() => optimizer.loadStateDict({ ...state, tensors: without }, new Set([own]))).toThrow(
      /missing: m\/a, v\/a/,
    );
  });
});

describe('afterUpdate', () => {
  it('is called after the update of each parameter, which it may change', () => {
    const seen: [number, boolean][] = [];
    class Watching extends Adam {
      protected override afterUpdate(parameter: Parameter): void {
        seen.push([parameter.itemSync(), parameter.mul(2).requiresGrad]);
      }
    }
    const [a, b] = [1, 2].map((value) => parameterOf(reference64, [value]));
    const optimizer = new Watching([a, b], { learningRate: 0.5, epsilon: 0 });
    setGradient(b, [3]);
    const before = liveBuffers();
    optimizer.step();
    expect(seen).toEqual([[1.5, false]]);
    // m and v are new, what the hook made is gone
    expect(liveBuffers()).toBe(before + 2);
  });
});

describe.each(backends)('state on %s', (_, backend) => {
  const makers: readonly (readonly [string, (parameters: Parameter[]) => Optimizer])[] = [
    ['Adam', (parameters) => new Adam(parameters, { learningRate: 0.1 })],
    ['SGD', (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9 })],
  ];

  it.each(makers)('%s goes on from a saved state bit for bit', async (_name, make) => {
    await fc.assert(
      fc.asyncProperty(tameGradientSequences, fc.nat(12), async ({ start, gradients }, cut) => {
        const run = (parameter: Parameter, optimizer: Optimizer, rows: typeof gradients) => {
          for (const row of rows) {
            setGradient(parameter, row);
            optimizer.step();
          }
        };
        const whole = parameterOf(backend, start);
        run(whole, make([whole]), gradients);

        const first = parameterOf(backend, start);
        const optimizer = make([first]);
        run(first, optimizer, gradients.slice(0, cut));
        const state = await optimizer.stateDict();
        const second = parameterOf(backend, [...first.dataSync()]);
        const resumed = make([second]);
        resumed.loadStateDict(state);
        expect(resumed.stepCount).toBe(Math.min(cut, gradients.length));
        run(second, resumed, gradients.slice(cut));
        expect(second.dataSync()).toEqual(whole.dataSync());
      }),
      { numRuns: 30 },
    );
  });

  it('is zeros before the first step, lives until dispose, and is freed then', async () => {
    const layer = withBackend(backend, () => new Linear(2, 3, new Generator(0)));
    const optimizer = new Adam(layer.namedParameters(), { learningRate: 0.1 });
    const before = liveBuffers();
    const { tensors } = optimizer.state();
    expect(liveBuffers()).toBe(before + 2);
    expect([...tensors.keys()]).toEqual(['m/weight', 'v/weight']);
    expectClose(tensors.get('m/weight')!.dataSync(), new Array(6).fill(0), EXACT);
    optimizer.dispose();
    expect(liveBuffers()).toBe(before);
    const state = await optimizer.stateDict();
    expect(state.tensors.get('v/weight')).toEqual({
      shape: [3, 2],
      dtype: backend.floatType,
      data: tensorData(backend.floatType, 6),
    });
  });
});

function tensorData(dtype: 'float32' | 'float64', length: number): Float32Array | Float64Array {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

describe('loading a state', () => {
  it('refuses other parameters, other shapes and odd step counts, and then changes nothing', async () => {
    const [a, b] = [[1], [1, 2]].map((values) => parameterOf(reference64, values));
    const optimizer = new Adam([['a', a]], { learningRate: 0.1 });
    setGradient(a, [1]);
    optimizer.step();
    const other = await new Adam([['b', b]], { learningRate: 0.1 }).stateDict();
    expect(() => optimizer.loadStateDict(other)).toThrow(CheckpointError);
    expect(() => optimizer.loadStateDict(other)).toThrow(/missing: m\/a, v\/a; unexpected: m\/b, v\/b/);
    const misshapen = await new Adam([['a', b]], { learningRate: 0.1 }).stateDict();
    expect(() => optimizer.loadStateDict(misshapen)).toThrow(/misshapen: m\/a is float64 \[2\]/);
    const own = await optimizer.stateDict();
    for (const step of [-1, 0.5, Number.NaN]) {
      expect(() => optimizer.loadStateDict({ ...own, step })).toThrow(CheckpointError);
    }
    expect(await optimizer.stateDict()).toEqual(own);
    expect(own.step).toBe(1);
  });
});

describe('settings and parameters that are none', () => {
  const one = () => parameterOf(reference64, [1]);

  it('are refused when they are set, and leave the earlier ones', () => {
    const optimizer = new SGD([one()], { learningRate: 0.5, weightDecay: 0.25 });
    const [group] = optimizer.groups;
    for (const value of [Number.NaN, -1, Infinity, '1', undefined, {}] as number[]) {
      for (const set of [
        () => (optimizer.learningRate = value),
        () => (optimizer.weightDecay = value),
        () => (optimizer.stepCount = value),
        () => (group.learningRate = value),
        () => (group.learningRateScale = value),
        () => (group.weightDecay = value),
      ]) {
        expect(set).toThrow(ConfigError);
      }
    }
    expect([optimizer.learningRate, optimizer.weightDecay, optimizer.stepCount]).toEqual([0.5, 0.25, 0]);
    expect([group.learningRate, group.learningRateScale, group.weightDecay]).toEqual([null, 1, null]);
  });

  it('are refused by the constructor, with what to do', () => {
    const make = (parameters: unknown) => () => new Adam(parameters as [], { learningRate: 1 });
    const linear = withBackend(reference64, () => new Linear(1, 1, new Generator(1)));
    expect(make(linear)).toThrow(
      /^optimizer: wants a list of parameters, got a module; pass module.parameters\(\)$/,
    );
    expect(make([linear])).toThrow(/^optimizer: wants parameters, or \[name, parameter\], got Object/);
    const plain = withBackend(reference64, () => tensor([1]));
    expect(make([plain])).toThrow(
      /^optimizer: wants parameters, or \[name, parameter\], got Tensor; new Parameter/,
    );
    expect(make([one(), plain])).toThrow(ArgumentError);
    for (const junk of [undefined, null, 3, 'x', {}]) {
      expect(make(junk)).toThrow(/^optimizer: wants a list of parameters, got /);
      expect(make([one(), junk])).toThrow(/^optimizer: wants parameters, or/);
    }
    expect(make(one())).toThrow(/^optimizer: wants a list of parameters, got Parameter/);
    expect(make([{ parameters: one() }])).toThrow(/^optimizer: wants a list of parameters/);
    expect(make([[0, one()]])).toThrow(ArgumentError);
  });
});
