/** Chapter 10, exercise 1: the checks. */
import {
  assignInPlace,
  Generator,
  headDim,
  initialise,
  type ModelConfig,
  modelConfig,
  NGPT,
  type NormalizedBlock,
  Rotary,
  sameShape,
  type Tensor,
} from '../../src/index.js';
import { type Check, close, equal, holds } from '../exercises/check.js';
import { type BlockWeights, weightsOf } from './weights.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  attentionStep(h: Tensor, weights: BlockWeights, heads: number, rotary: Rotary): Tensor;
  mlpStep(h: Tensor, weights: BlockWeights): Tensor;
}

const SIZES = { vocabSize: 7, blockSize: 5, nLayer: 1, nHead: 2, nEmbd: 12, dMlp: 10 };

interface Case {
  readonly block: NormalizedBlock;
  readonly weights: BlockWeights;
  readonly rotary: Rotary;
  /** Unit rows [2, 5, 12]. */
  readonly h: Tensor;
}

/** A block whose scales are not all alike, so that none can be left out or mistaken for another unnoticed. */
function makeCase(change: Partial<ModelConfig> = {}): Case {
  const config = modelConfig({ ...SIZES, ...change });
  const random = new Generator(3);
  const [block] = new NGPT(config, new Generator(1)).blocks;
  const { attention, mlp, attnAlpha, mlpAlpha } = block;
  for (const scale of [attention.sqk, mlp.suv, attnAlpha, mlpAlpha]) {
    const noise = initialise.normal({ std: 1.5 })(scale.shape, random);
    assignInPlace(scale, scale.mul(noise.add(1)));
  }
  const h = initialise.unitVectors()([2, SIZES.blockSize, SIZES.nEmbd], random);
  return { block, weights: weightsOf(block), rotary: new Rotary(SIZES.blockSize, headDim(config)), h };
}

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'both steps lead from unit vectors to unit vectors',
    run({ attentionStep, mlpStep }) {
      const { weights, rotary, h } = makeCase();
      const ones = new Array(2 * SIZES.blockSize).fill(1);
      for (const [name, y] of [
        ['attentionStep', attentionStep(h, weights, SIZES.nHead, rotary)],
        ['mlpStep', mlpStep(h, weights)],
      ] as const) {
        equal(y.shape, h.shape, `the shape of what ${name} returns`);
        close(
          lengths(y),
          ones,
          `the lengths of what ${name} returns`,
          'unit is the last thing that a step does',
        );
      }
    },
  },
  {
    name: 'attentionStep has the softmax scale √d_k',
    run({ attentionStep }) {
      const { weights, rotary, h } = makeCase();
      const came = attentionStep(h, weights, SIZES.nHead, rotary);
      const { block } = makeCase({ softmaxScale: 'rsqrt' });
      holds(!isSame(came, block.attentionStep(h)), 'the softmax scale is √d_k here, and you have 1/√d_k');
    },
  },
  {
    name: 'attentionStep is that of the model',
    run({ attentionStep }) {
      const { block, weights, rotary, h } = makeCase();
      const came = attentionStep(h, weights, SIZES.nHead, rotary);
      const without = makeCase({ qkNorm: false }).block.attentionStep(h);
      holds(!isSame(came, without), 'queries and keys are made unit, per head, before s_qk scales them');
      const signed = makeCase({ signedAlpha: true }).block.attentionStep(h);
      holds(!isSame(came, signed), 'α acts by its absolute value, and some of these are below 0');
      const hint = 'does s_qk act after unit, on queries and keys both? is v left as it is? is h_A unit?';
      isThat(came, block.attentionStep(h), hint);
    },
  },
  {
    name: 'mlpStep has s_u, s_v and √d',
    run({ mlpStep }) {
      const { weights, h } = makeCase();
      const { block } = makeCase();
      assignInPlace(block.mlp.suv, block.mlp.suv.div(Math.sqrt(SIZES.nEmbd)));
      holds(
        !isSame(mlpStep(h, weights), block.mlpStep(h)),
        'u and v are multiplied by s_u √d and s_v √d; √d is missing',
      );
    },
  },
  {
    name: 'mlpStep is that of the model',
    run({ mlpStep }) {
      const { block, weights, h } = makeCase();
      const signed = makeCase({ signedAlpha: true }).block.mlpStep(h);
      const came = mlpStep(h, weights);
      holds(!isSame(came, signed), 'α acts by its absolute value, and some of these are below 0');
      const hint = 'do u and v come in this order, is α that of the MLP, is h_M unit?';
      isThat(came, block.mlpStep(h), hint);
    },
  },
];

function isThat(came: Tensor, wanted: Tensor, hint: string): void {
  equal(came.shape, wanted.shape, 'the shape of the result');
  close(farthest(came, wanted), 0, "the largest difference from the model's result", hint);
}

function lengths(x: Tensor): ArrayLike<number> {
  return x.square().sum(-1).sqrt().reshape([-1]).dataSync();
}

function isSame(a: Tensor, b: Tensor): boolean {
  return sameShape(a.shape, b.shape) && farthest(a, b) < 1e-9;
}

function farthest(a: Tensor, b: Tensor): number {
  return a.sub(b).abs().max().itemSync();
}
