import { describe, expect, it, vi } from 'vitest';
import {
  AdamW,
  CausalSelfAttention,
  crossEntropy,
  Dropout,
  Embedding,
  LayerNorm,
  Linear,
  Module,
  RMSNorm,
  Rotary,
  SwiGLUMLP,
} from '../../src/nn/index.js';
import {
  type Backend,
  Generator,
  liveBuffers,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../src/tensor/index.js';
import { backends, reference64 } from '../helpers/kernels/backends.js';
import { expectClose } from '../helpers/values/close.js';
import { relative } from '../helpers/values/tolerance.js';

/** One block with every layer there is. */
class Network extends Module {
  readonly embedding: Embedding;
  readonly attentionNorm: RMSNorm;
  readonly attention: CausalSelfAttention;
  readonly mlpNorm: LayerNorm;
  readonly mlp: SwiGLUMLP;
  readonly dropout: Dropout;
  readonly head: Linear;

  constructor(generator: Generator) {
    super();
    this.embedding = this.register('wte', new Embedding(7, 8, generator));
    this.attentionNorm = this.register('norm_1', new RMSNorm(8));
    const rotary = new Rotary(5, 4);
    this.attention = this.register('', new CausalSelfAttention(8, 2, generator, { rotary }));
    this.mlpNorm = this.register('norm_2', new LayerNorm(8));
    this.mlp = this.register('', new SwiGLUMLP(8, 12, generator));
    this.dropout = this.register('dropout', new Dropout(0.1, new Generator(9)));
    this.head = this.register('lm_head', new Linear(8, 7, generator, { bias: true }));
  }

  loss(tokens: Tensor, targets: Tensor): Tensor {
    let x = this.embedding.forward(tokens);
    x = x.add(this.attention.forward(this.attentionNorm.forward(x)));
    x = x.add(this.dropout.forward(this.mlp.forward(this.mlpNorm.forward(x))));
    return crossEntropy(this.head.forward(x), targets);
  }
}

function setUp(backend: Backend) {
  return withBackend(backend, () => {
    const network = new Network(new Generator(1));
    const optimizer = new AdamW(network.namedParameters(), { learningRate: 0.02 });
    const step = (): number =>
      withBackend(backend, () =>
        scope(() => {
          optimizer.zeroGrad();
          const tokens = tensor(Int32Array.of(0, 1, 2, 3, 4, 6, 5, 4, 3, 2), [2, 5]);
          const targets = tensor(Int32Array.of(1, 2, 3, 4, -1, 5, 4, 3, 2, 1), [2, 5]);
          const loss = network.loss(tokens, targets);
          loss.backward();
          optimizer.step({ maxNorm: 1 });
          return loss.itemSync();
        }),
      );
    return { network, optimizer, step };
  });
}

describe.each(backends)('a training step on %s', (_, backend) => {
  it('leaves nothing but parameters, gradients, moments and the buffer of the rotary table', () => {
    const before = liveBuffers();
    const { network, optimizer, step } = setUp(backend);
    const count = network.parameters().length;
    expect(liveBuffers()).toBe(before + count + 1);
    for (let i = 0; i < 3; i++) {
      step();
      expect(liveBuffers()).toBe(before + 4 * count + 1);
    }
    optimizer.zeroGrad();
    expect(liveBuffers()).toBe(before + 3 * count + 1);
    network.dispose();
    optimizer.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('takes no more memory from the system once two are done', () => {
    const { step } = setUp(backend);
    step();
    step();
    const { buffers, reservedBytes } = backend.memory();
    for (let i = 0; i < 5; i++) step();
    expect(backend.memory()).toMatchObject({ buffers, reservedBytes });
  });

  it('reads back one number, the loss', () => {
    const { step } = setUp(backend);
    const sync = vi.spyOn(backend, 'readSync');
    const waiting = vi.spyOn(backend, 'read');
    step();
    expect(sync.mock.results.map(({ value }) => value.length)).toEqual([1]);
    expect(waiting).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('learns, in the same steps on every backend', () => {
    const losses = (on: Backend) => {
      const { step } = setUp(on);
      return Array.from({ length: 25 }, step);
    };
    const found = losses(backend);
    expect(found[0]).toBeGreaterThan(1.5);
    expect(found[24]).toBeLessThan(found[0] / 3);
    expectClose(found, losses(reference64), relative(1e-3));
  });
});
