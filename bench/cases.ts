/**
 * What is measured, apart from how: the same cases run in Node and in a browser. Each works on the current
 * backend, on values from a fixed seed.
 */
import {
  attention,
  createModel,
  createOptimizer,
  crossEntropyRows,
  Generator,
  KeyValueCache,
  type ModelConfig,
  noGrad,
  normal,
  ones,
  Reader,
  rmsNorm,
  rope,
  rotaryTable,
  type Shape,
  sampleToken,
  scaledSwiglu,
  scope,
  sizeOf,
  sphereStep,
  swiglu,
  type Tensor,
  tensor,
  unit,
} from '../src/index.js';

/** One thing to measure. */
export interface Case {
  readonly group: string;
  readonly name: string;
  /** How much work one run is, and in what; a rate is printed from it. */
  readonly work: number;
  readonly unit: 'FLOP' | 'element' | 'op' | 'token';
  /** Makes the values on the current backend. */
  prepare(): Prepared;
}

export interface Prepared {
  /** Leaves nothing behind. What it makes, it makes before it first waits. */
  run(): void | Promise<void>;
  dispose(): void;
}

/** Square products, the size being M = N = K. */
export function matmulCase(size: number): Case {
  return {
    group: 'matmul',
    name: `${size}³`,
    work: 2 * size ** 3,
    unit: 'FLOP',
    prepare: () => {
      const generator = new Generator(1);
      const a = normal(generator, [size, size]);
      const b = normal(generator, [size, size]);
      return { run: () => a.matmul(b).dispose(), dispose: () => disposeAll([a, b]) };
    },
  };
}

/** Every fused op, forward and forward with backward, on the shapes of one layer of `nano-cpu`. */
export function fusedCases(): Case[] {
  const [batch, length, heads, headDim, width] = [12, 64, 4, 32, 128];
  const rows = batch * length;
  const perHead = [batch, length, heads, headDim];
  const hidden = [rows, width];
  const logits = [rows, 65];
  return [
    ...fused('unit', [hidden], () => (x) => unit(x)),
    ...fused('rmsNorm', [hidden, [width]], () => (x, weight) => rmsNorm(x, weight)),
    ...fused('softmax', [logits], () => (x) => x.softmax()),
    ...fused('crossEntropy', [logits], () => {
      const targets = randomTokens(new Generator(2), [rows], 65);
      return (x) => crossEntropyRows(x, targets);
    }),
    ...fused('rope', [perHead], () => {
      const table = rotaryTable(length, headDim);
      return (x) => rope(x, table);
    }),
    ...fused('swiglu', [[rows, 8 * width]], () => (x) => swiglu(x)),
    ...fused('scaledSwiglu', [[rows, 8 * width], [8 * width]], () => (x, scale) => scaledSwiglu(x, scale)),
    ...fused('attention', [perHead, perHead, perHead], () => (q, k, v) => attention(q, k, v, 5)),
    ...fused(
      'sphereStep',
      [hidden, hidden, [width]],
      () => (h, target, alpha) => sphereStep(h, target, alpha),
    ),
  ];
}

function fused(name: string, shapes: readonly Shape[], make: () => (...xs: Tensor[]) => Tensor): Case[] {
  const work = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const common = { group: 'fused', work, unit: 'element' as const };
  const prepare = (pass: (f: () => Tensor) => void) => () => {
    const generator = new Generator(1);
    const inputs = shapes.map((shape) => normal(generator, shape).setRequiresGrad());
    const f = make();
    const run = () => {
      // Braces: a scope keeps what its function returns.
      scope(() => {
        pass(() => f(...inputs));
      });
      dropGradients(inputs);
    };
    return { run, dispose: () => disposeAll(inputs) };
  };
  return [
    { ...common, name: `${name} forward`, prepare: prepare((f) => noGrad(f)) },
    { ...common, name: `${name} forward + backward`, prepare: prepare((f) => f().sum().backward()) },
  ];
}

/** What an op costs besides its arithmetic: a hundred additions of single numbers, recorded and not. */
export function overheadCases(): Case[] {
  const count = 100;
  const common = { group: 'overhead per op', work: count, unit: 'op' as const };
  const prepare = (pass: (chain: () => Tensor) => void) => () => {
    const one = ones([]);
    const variable = ones([]).setRequiresGrad();
    const chain = () => {
      let y: Tensor = variable;
      for (let i = 0; i < count; i++) y = y.add(one);
      return y;
    };
    const run = () => {
      scope(() => {
        pass(chain);
      });
      dropGradients([variable]);
    };
    return { run, dispose: () => disposeAll([one, variable]) };
  };
  return [
    { ...common, name: 'not recorded', prepare: prepare((chain) => noGrad(chain)) },
    { ...common, name: 'recorded', prepare: prepare((chain) => chain()) },
    { ...common, name: 'recorded + backward', prepare: prepare((chain) => chain().backward()) },
  ];
}

/** A whole training step: forward, backward, clip, optimizer with normalization. The loss is not read back. */
export function trainingStepCase(name: string, config: ModelConfig, batchSize: number): Case {
  const { blockSize, vocabSize } = config;
  const prepare = () => {
    const generator = new Generator(1);
    const model = createModel(config, generator);
    const optimizer = createOptimizer(model, { learningRate: 1e-3 });
    const x = randomTokens(generator, [batchSize, blockSize], vocabSize);
    const y = randomTokens(generator, [batchSize, blockSize], vocabSize);
    const run = () => {
      scope(() => {
        model.loss(x, y).backward();
      });
      optimizer.step({ maxNorm: 1 });
      optimizer.zeroGrad();
    };
    const dispose = () => {
      model.dispose();
      optimizer.dispose();
      disposeAll([x, y]);
    };
    return { run, dispose };
  };
  return { group: 'training step', name, work: batchSize * blockSize, unit: 'token', prepare };
}

/** One token of sampling with a key-value cache, over texts of many windows; its logits are read back. */
export function samplingCase(name: string, config: ModelConfig): Case {
  const prepare = () => {
    const generator = new Generator(1);
    const model = createModel(config, generator);
    const reader = new Reader(model, new KeyValueCache(config.nLayer));
    const tokens = [0];
    const run = async () => {
      tokens.push(sampleToken(await reader.nextLogits(tokens), {}, generator));
    };
    const dispose = () => {
      reader.dispose();
      model.dispose();
    };
    return { run, dispose };
  };
  return { group: 'sampling', name, work: 1, unit: 'token', prepare };
}

function randomTokens(generator: Generator, shape: Shape, vocabSize: number): Tensor {
  return tensor(
    Int32Array.from({ length: sizeOf(shape) }, () => generator.integer(vocabSize)),
    shape,
  );
}

function dropGradients(inputs: readonly Tensor[]): void {
  for (const x of inputs) {
    x.grad?.dispose();
    x.grad = null;
  }
}

function disposeAll(tensors: readonly Tensor[]): void {
  for (const x of tensors) x.dispose();
}
