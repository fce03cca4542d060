import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ModelConfig, modelConfig } from '../../../src/index.js';
import { createModel, generate } from '../../../src/ngpt/index.js';
import { type Backend, createBackend, Generator, scope, withBackend } from '../../../src/tensor/index.js';
import { loadModel } from '../../../src/training/checkpoint/checkpoint.js';
import type * as library from '../../../src/training/node/index.js';
import {
  type Checkpoint,
  openRun,
  type RunRequest,
  readCheckpoint,
  type TrainSettings,
} from '../../../src/training/node/index.js';
import { built, testFolder, writeSmallText } from '../../helpers/cli.js';
import { randomTokens } from '../../helpers/models/models.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

const SIZES = { nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 8 } as const;
const settings = { ...SIZES, batchSize: 4, maxIters: 4, evalInterval: 2, evalIters: 1 };

/** Of every option values besides its default. One that is new and has none here does not compile. */
const VALUES: { readonly [N in keyof Omit<ModelConfig, 'vocabSize'>]: readonly Partial<ModelConfig>[] } = {
  arch: [{ arch: 'gpt' }],
  blockSize: [{ blockSize: 5 }],
  nLayer: [{ nLayer: 1 }],
  nHead: [{ nHead: 1 }],
  nEmbd: [{ nEmbd: 12 }],
  dMlp: [{ dMlp: 5 }],
  alpha: [{ alpha: 'scalar' }, { alpha: 'fixed', residual: 'slerp' }],
  alphaInit: [{ alphaInit: 1 }],
  alphaScale: [{ alphaScale: 0.1 }],
  sqk: [{ sqk: 'scalar' }, { sqk: 'fixed', qkNorm: false }],
  sqkInit: [{ sqkInit: 2 }],
  sqkScale: [{ sqkScale: 1 }],
  suv: [{ suv: 'scalar' }, { suv: 'fixed' }],
  suvInit: [{ suvInit: 0.5 }],
  suvScale: [{ suvScale: 0.2 }],
  sz: [{ sz: 'scalar' }, { sz: 'fixed', alpha: 'fixed', sqk: 'fixed', suv: 'fixed' }],
  szInit: [{ szInit: 5 }],
  szScale: [{ szScale: 1 }],
  signedAlpha: [{ signedAlpha: true }, { signedAlpha: true, residual: 'slerp' }],
  residual: [{ residual: 'slerp' }],
  weightNorm: [
    { weightNorm: 'forward' },
    { weightNorm: 'forward', tieWeights: true, residual: 'slerp' },
    { weightNorm: 'never' },
  ],
  rope: [{ rope: 'released' }],
  ropeBase: [{ ropeBase: 10 }],
  qkNorm: [{ qkNorm: false }],
  softmaxScale: [{ softmaxScale: 'rsqrt' }],
  tieWeights: [{ tieWeights: true }],
};

const folder = testFolder();
const data = () => join(folder.path, 'text.txt');

beforeAll(() => writeSmallText(data()));

function request(title: string, given: Partial<ModelConfig>, more: Partial<TrainSettings> = {}): RunRequest {
  const name = JSON.stringify(given).replace(/\W/g, '');
  return {
    settings: { ...settings, ...given, threads: 1, ...more } as Partial<TrainSettings>,
    ...{ data: data(), outDir: join(folder.path, `${title}-${name}`) },
  };
}

/** Trains to the end, or until so many steps are made; returns the losses of its steps. */
async function train(
  request: RunRequest,
  open = openRun,
  steps = Number.POSITIVE_INFINITY,
): Promise<number[]> {
  const run = await open(request);
  const losses: number[] = [];
  for await (const event of run.events(() => losses.length >= steps)) {
    if (event.event === 'step') losses.push(event.loss);
  }
  await run.close();
  return losses;
}

/** The likeliest tokens of a checkpoint's model. */
async function sample(checkpoint: Checkpoint, cached: boolean): Promise<number[]> {
  const { model, normalized } = await loadModel(checkpoint);
  expect(normalized).toBe(0);
  const options = { maxNewTokens: 12, temperature: 0, generator: new Generator(1), cached };
  const tokens = await generate(model, [1, 2], options);
  model.dispose();
  return tokens;
}

const BACKENDS = [
  await createBackend('reference', { dtype: 'float64' }),
  await createBackend('wasm'),
  await createBackend('gpu', { mode: 'cpu' }),
];

async function logits(config: ModelConfig, backend: Backend): Promise<ArrayLike<number>> {
  const { model, output } = withBackend(backend, () => {
    const model = createModel(config, new Generator(1));
    const output = scope(() => model.forward(randomTokens(config, new Generator(2))).detach());
    return { model, output };
  });
  const values = await output.takeData();
  model.dispose();
  return values;
}

/** Those that change what threads share. */
const SOME: readonly Partial<ModelConfig>[] = [
  { alpha: 'scalar', sqk: 'fixed', suv: 'scalar', sz: 'fixed' },
  { weightNorm: 'forward', residual: 'slerp' },
  { weightNorm: 'never', signedAlpha: true },
];

describe.each(Object.values(VALUES).flat())('a model with %j', (given) => {
  it('trains, goes on from a checkpoint as if nothing had been, and samples', async () => {
    const [whole, parts] = [request('whole', given), request('parts', given)];
    const losses = await train(whole);
    expect(losses).toHaveLength(4);
    for (const loss of losses) expect(loss).toBeGreaterThan(0);
    const first = await train(parts, openRun, 2);
    const rest = await train({ outDir: parts.outDir!, initFrom: 'resume' });
    expect([...first, ...rest]).toEqual(losses);
    const [checkpoint, other] = [await readCheckpoint(whole.outDir!), await readCheckpoint(parts.outDir!)];
    expect(other.model).toEqual(checkpoint.model);
    expect(other.optimizer).toEqual(checkpoint.optimizer);
    expect(checkpoint.config).toMatchObject(given);
    const tokens = await sample(checkpoint, true);
    expect(tokens).toHaveLength(12);
    expect(await sample(checkpoint, false)).toEqual(tokens);
  });

  it('computes alike on every backend', async () => {
    const config = modelConfig({ ...SIZES, vocabSize: 11, ...given });
    const [expected, ...others] = await Promise.all(BACKENDS.map((backend) => logits(config, backend)));
    for (const found of others) expectClose(found, expected, absolute(1e-4));
  });
});

// Threads run the build.
describe.each(SOME)('a model with %j', (given) => {
  it('trains alike on two threads that make each block again', async () => {
    const { openRun }: typeof library = await import(built('training/node/index.js'));
    const losses = await train(request('alone', given), openRun);
    const shared = await train(request('shared', given, { threads: 2, recompute: true }), openRun);
    expectClose(shared, losses, absolute(1e-4));
  });
});
