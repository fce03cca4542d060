import { expect, it } from 'vitest';
import { createBackend, type Tensor, withBackend } from '../../../src/index.js';
import { Sequential } from '../../../src/nn/index.js';
import * as activations from '../../../src/nn/layers/activations.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { EXACT } from '../../helpers/values/tolerance.js';

const wasm = await createBackend('wasm');

type Checked = readonly [layer: activations.ReLU, f: (x: Tensor) => Tensor];

/** As they come, and with other settings. */
const LAYERS: { readonly [N in keyof typeof activations]: readonly Checked[] } = {
  ReLU: [[new activations.ReLU(), (x) => x.relu()]],
  LeakyReLU: [
    [new activations.LeakyReLU(), (x) => x.leakyRelu()],
    [new activations.LeakyReLU(0.2), (x) => x.leakyRelu(0.2)],
  ],
  ELU: [
    [new activations.ELU(), (x) => x.elu()],
    [new activations.ELU(2), (x) => x.elu(2)],
  ],
  GELU: [
    [new activations.GELU(), (x) => x.gelu()],
    [new activations.GELU({ approximate: 'tanh' }), (x) => x.gelu({ approximate: 'tanh' })],
  ],
  SiLU: [[new activations.SiLU(), (x) => x.silu()]],
  Tanh: [[new activations.Tanh(), (x) => x.tanh()]],
  Hardtanh: [
    [new activations.Hardtanh(), (x) => x.hardtanh()],
    [new activations.Hardtanh(0, 6), (x) => x.hardtanh(0, 6)],
  ],
  Sigmoid: [[new activations.Sigmoid(), (x) => x.sigmoid()]],
  LogSigmoid: [[new activations.LogSigmoid(), (x) => x.logSigmoid()]],
  Softplus: [[new activations.Softplus(), (x) => x.softplus()]],
  Softmax: [[new activations.Softmax(), (x) => x.softmax()]],
  LogSoftmax: [[new activations.LogSoftmax(), (x) => x.logSoftmax()]],
};

it.each(Object.entries(LAYERS))('%s is the op of its name', (_, checked) => {
  withBackend(wasm, () =>
    property((draw) => {
      const x = draw.values([...draw.shape(2), draw.integer(1, 4)], (value) => 3 * value);
      for (const [layer, f] of checked) {
        expectClose(new Sequential(layer).forward(x), f(x), EXACT);
        expect(layer.parameters()).toEqual([]);
      }
    }, 20),
  );
});
