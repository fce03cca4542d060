import { beforeAll, describe, expect, it } from 'vitest';
import { NGPT, trainStep } from '../../examples/ngpt.js';
import { noGrad } from '../../src/autograd/index.js';
import { createModel, createOptimizer, type LanguageModel, modelConfig } from '../../src/ngpt/index.js';
import { Adam, type Parameter } from '../../src/nn/index.js';
import {
  assignInPlace,
  concat,
  Generator,
  init,
  scope,
  type Tensor,
  tensor,
} from '../../src/tensor/index.js';
import { scatterScales } from '../helpers/models/models.js';
import { expectApart, expectClose } from '../helpers/values/close.js';
import { absolute } from '../helpers/values/tolerance.js';

const SIZE = { V: 11, T: 9, L: 3, heads: 2, d: 16 };
const TOLERANCE = absolute(1e-5);

/** What the library calls each parameter of the example; u and v are halves of one of its own. */
function named({ input, output, layers, sz }: NGPT): [name: string, parts: Parameter[]][] {
  const ofLayers = layers.flatMap(
    ({ attention, mlp, alphaA, alphaM, sqk, su, sv }, layer): [string, Parameter[]][] => [
      [`transformer.h.${layer}.query.weight`, [attention.q]],
      [`transformer.h.${layer}.key.weight`, [attention.k]],
      [`transformer.h.${layer}.value.weight`, [attention.v]],
      [`transformer.h.${layer}.att_c_proj.weight`, [attention.o]],
      [`transformer.h.${layer}.c_fc.weight`, [mlp.u, mlp.v]],
      [`transformer.h.${layer}.mlp_c_proj.weight`, [mlp.o]],
      [`transformer.h.${layer}.attn_alpha`, [alphaA.s]],
      [`transformer.h.${layer}.mlp_alpha`, [alphaM.s]],
      [`transformer.h.${layer}.sqk`, [sqk.s]],
      [`transformer.h.${layer}.suv`, [su.s, sv.s]],
    ],
  );
  return [['transformer.wte.weight', [input]], ['lm_head.weight', [output]], ['sz', [sz.s]], ...ofLayers];
}

/** The library's model, its scales off their first values, and the example's with the same weights. */
function twins(): { library: LanguageModel; weights: Map<string, Parameter>; example: NGPT } {
  const { V, T, L, heads, d } = SIZE;
  const config = modelConfig({ vocabSize: V, blockSize: T, nLayer: L, nHead: heads, nEmbd: d });
  const library = createModel(config, new Generator(1));
  scatterScales(library, new Generator(2));
  const weights = new Map(library.namedParameters());
  const example = new NGPT(SIZE, new Generator(3));
  scope(() => {
    for (const [name, parts] of named(example)) {
      const values = weights.get(name)?.split(parts.length, 0) ?? [];
      parts.forEach((part, i) => {
        assignInPlace(part, values[i]);
      });
    }
  });
  return { library, weights, example };
}

function randomRows(generator: Generator): Tensor {
  const [rows, length] = [4, SIZE.T + 1];
  return tensor(
    Int32Array.from({ length: rows * length }, () => generator.integer(SIZE.V)),
    [rows, length],
  );
}

describe('nGPT in one file', () => {
  beforeAll(() => init('wasm'));

  it('has the parameters of the library, and makes the same logits of them', () => {
    const { library, weights, example } = twins();
    expect(
      named(example)
        .map(([name]) => name)
        .sort(),
    ).toEqual([...weights.keys()].sort());
    expect(example.parameters().length).toBe(named(example).flatMap(([, parts]) => parts).length);
    noGrad(() =>
      scope(() => {
        const tokens = randomRows(new Generator(4)).slice(1, 0, -1);
        const logits = example.forward(tokens);
        expectClose(logits, library.forward(tokens), TOLERANCE);
        expectApart(logits, new NGPT(SIZE, new Generator(5)).forward(tokens), absolute(0.01));
      }),
    );
  });

  it('has its gradients, too', () => {
    const { library, weights, example } = twins();
    scope(() => {
      const tokens = randomRows(new Generator(6)).slice(1, 0, -1);
      for (const model of [library, example]) model.forward(tokens).square().mean().backward();
      for (const [name, parts] of named(example)) {
        const gradient = concat(parts.map(({ grad }) => grad as Tensor));
        expectClose(gradient, weights.get(name)?.grad as Tensor, TOLERANCE, name);
      }
    });
  });

  it('learns as the library does, and stays on the sphere', async () => {
    const { library, weights, example } = twins();
    const [theirs, own] = [
      createOptimizer(library, { learningRate: 0.01 }),
      new Adam(example.parameters(), { learningRate: 0.01 }),
    ];
    for (let step = 0; step < 5; step++) {
      const rows = randomRows(new Generator(step));
      const loss = scope(() => {
        const loss = library.loss(rows.slice(1, 0, -1), rows.slice(1, 1));
        loss.backward();
        return loss.detach();
      });
      theirs.step({ maxNorm: 1 });
      theirs.zeroGrad();
      expectClose(await trainStep(example, own, rows), await loss.takeItem(), TOLERANCE);
    }
    scope(() => {
      // Adam divides by the root of squares, so that rounding of a gradient near 0 shows.
      for (const [name, parts] of named(example))
        expectClose(concat(parts), weights.get(name) as Tensor, absolute(1e-4), name);
    });
  });
});
