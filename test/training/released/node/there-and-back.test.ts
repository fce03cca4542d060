/** The recipe of docs/scale-out.md, with a small trainer of the released train.py's interface in its place. */
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init, type ModelConfig, scope, tensor } from '../../../../src/index.js';
import {
  type Checkpoint,
  exportConfiguration,
  exportRun,
  importRun,
  learningRateSchedule,
  loadGpt2Tokenizer,
  resumeTraining,
  type Tokens,
  type TrainingState,
  trainSettings,
} from '../../../../src/training/node/index.js';
import { trained } from '../../../helpers/models/exportable.js';
import { hasPyTorch, runPython, runShell, warnWithoutPyTorch } from '../../../helpers/pytorch.js';
import { expectApart, expectClose } from '../../../helpers/values/close.js';
import { absolute, EXACT, relative } from '../../../helpers/values/tolerance.js';

warnWithoutPyTorch('a run to the released code and back');

let folder = '';
beforeAll(async () => {
  await init('wasm');
  folder = await mkdtemp(join(tmpdir(), 'spheregrad-there-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A step of the trainer: the losses of its last evaluation, its own, and where its sequences begin. */
interface Step {
  readonly step: number;
  readonly rate: number;
  readonly loss: number;
  readonly positions: number[];
}

/** Begins after 3 steps and ends after 12, at rates that fall to nothing there. */
const SCHEDULE = { maxIters: 12, evalInterval: 4, evalIters: 1, learningRate: 5e-3, gradClip: 1 };

/** A run in a folder as the released code would be in, with its checkpoint. */
async function sent(name: string, given: Partial<ModelConfig>, tokens: 'char' | 'gpt2' = 'char') {
  const run = await trained(given, 3, tokens === 'gpt2' ? await loadGpt2Tokenizer() : undefined);
  const settings = { ...run.checkpoint.settings, ...SCHEDULE, rope: run.checkpoint.config.rope };
  const checkpoint = { ...run.checkpoint, settings };
  const there = join(folder, name);
  await exportRun(there, checkpoint, run.dataset, 'released');
  await copyTrainer(there);
  runPython(['to_ckpt.py'], there);
  return { there, checkpoint, tokens: run.dataset.train };
}

/** Trains there, up to the checkpoint taken apart for the way back. */
async function away(...given: Parameters<typeof sent>) {
  const { there, ...run } = await sent(...given);
  runShell(['run.sh', '--device=cpu'], there);
  const steps = await stepsOf(there);
  // What comes back needs none of the code that made it.
  await rm(join(there, 'model.py'));
  runPython(['from_ckpt.py'], there);
  return { there, ...run, steps };
}

/** Of the model that begins there. */
const MODEL = { nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 7 };

async function copyTrainer(there: string): Promise<void> {
  for (const file of ['train.py', 'model.py', 'released_model.py']) {
    await copyFile(join('test/helpers/released', file), join(there, file));
  }
}

async function stepsOf(there: string): Promise<Step[]> {
  const lines = (await readFile(join(there, 'steps.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

async function back(there: string): Promise<Checkpoint> {
  const file = (name: string) => join(there, 'back', name);
  const { checkpoint, ropeAssumed } = await importRun({
    ...{ model: file('model.safetensors'), optimizer: file('optimizer.safetensors') },
    ...{ args: file('model_args.json'), data: join(there, 'data/spheregrad') },
  });
  expect(ropeAssumed).toBe(false);
  return checkpoint;
}

/** The loss on what the trainer drew, and its derivatives. */
function loss({ model }: TrainingState, tokens: Tokens, { positions }: Step): number {
  const size = model.config.blockSize;
  const cut = (shift: number) =>
    tensor(Int32Array.from(positions.flatMap((i) => Array.from(tokens.slice(i + shift, i + shift + size)))), [
      positions.length,
      size,
    ]);
  return scope(() => {
    const value = model.loss(cut(0), cut(1));
    value.backward();
    return value.itemSync();
  });
}

describe.skipIf(!hasPyTorch)('a run that goes to the released code, trains there, and comes back', () => {
  it.each([
    ['ngpt', 'char', 'rotary'],
    ['ngpt', 'gpt2', 'released'],
    ['gpt', 'char', 'released'],
    ['gpt', 'gpt2', 'rotary'],
  ] as const)(
    'is the run that stays: %s, %s, %s',
    async (arch, tokenizer, rope) => {
      const { there, checkpoint, tokens, steps } = await away(
        `${arch}-${tokenizer}`,
        { arch, rope },
        tokenizer,
      );
      expect(steps.map(({ step }) => step)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(steps.map(({ positions }) => positions.length)).toEqual(
        Array(10).fill(checkpoint.settings.batchSize),
      );

      const { settings } = checkpoint;
      const rate = learningRateSchedule(settings);
      const stayed = await resumeTraining(checkpoint, settings, tokens);
      for (const step of steps.slice(0, -1)) {
        expectClose(loss(stayed, tokens, step), step.loss, relative(3e-7), `the loss of step ${step.step}`);
        expectClose(rate(step.step), step.rate, relative(1e-12), `the rate of step ${step.step}`);
        stayed.optimizer.learningRate = step.rate;
        stayed.optimizer.step({ maxNorm: settings.gradClip });
        stayed.optimizer.zeroGrad();
      }

      const returned = await back(there);
      expect(returned).toMatchObject({ step: 12, config: checkpoint.config });
      expect(returned.settings).toEqual(settings);
      const resumed = await resumeTraining(returned, returned.settings, tokens);
      const last = steps[9];
      expectClose(loss(resumed, tokens, last), last.loss, relative(3e-7), 'the loss of what came back');
      const moments = (await stayed.optimizer.stateDict()).tensors;
      for (const [name, { data }] of await stayed.model.stateDict()) {
        expectClose(returned.model.get(name)?.data ?? [], data, absolute(5e-6), name);
        for (const slot of ['m', 'v']) {
          const key = `${slot}/${name}`;
          expectClose(
            returned.optimizer.get(key)?.data ?? [],
            moments.get(key)?.data ?? [],
            absolute(2e-5),
            key,
          );
        }
      }
    },
    120_000,
  );

  it('may begin there, from a configuration', async () => {
    const there = join(folder, 'configuration');
    const { dataset } = await trained({}, 0);
    await exportConfiguration(there, trainSettings({ ...MODEL, ...SCHEDULE, batchSize: 4 }), dataset);
    await copyTrainer(there);
    runShell(['run.sh', '--device=cpu'], there);
    runPython(['from_ckpt.py'], there);
    const returned = await back(there);
    expect(returned).toMatchObject({ step: 12, config: { ...MODEL, arch: 'ngpt' } });
    const resumed = await resumeTraining(returned, returned.settings, dataset.train);
    const last = (await stepsOf(there))[12];
    expectClose(loss(resumed, dataset.train, last), last.loss, relative(3e-7));
  });

  it('runs nothing that a checkpoint brings along, and says where there is none', async () => {
    const { there } = await sent('hostile', {});
    const plant = `import torch
class Planted:
    def __reduce__(self):
        return open, ('planted', 'w')
torch.save({**torch.load('ckpt.pt'), 'config': Planted()}, 'ckpt.pt')`;
    runPython(['-c', plant], there);
    runPython(['from_ckpt.py'], there);
    expect(await readdir(there)).toContain('back');
    expect(await readdir(there)).not.toContain('planted');
    expect(() => runPython(['from_ckpt.py', 'run.sh'], there)).toThrow(
      /from_ckpt\.py run\.sh: from_ckpt\.py: run\.sh is no checkpoint; wants the ckpt\.pt that train\.py saved\n$/,
    );
  });

  it('comes back from bfloat16, in which the released code keeps its matrices', async () => {
    const { there, checkpoint } = await sent('bfloat16', {});
    const halve = `import torch
c = torch.load('ckpt.pt')
c['model'] = {n: torch.nn.Parameter(t.bfloat16()) if '.h.' in n and t.dim() == 2 else t for n, t in c['model'].items()}
torch.save({**c, 'model': {'_orig_mod.' + n: t for n, t in c['model'].items()}}, 'ckpt.pt')`;
    runPython(['-c', halve], there);
    runPython(['from_ckpt.py'], there);
    const returned = await back(there);
    for (const [name, { data }] of checkpoint.model) {
      const isHalved = /\.h\..*weight$/.test(name);
      const values = returned.model.get(name)?.data ?? [];
      if (isHalved) expectApart(values, data, absolute(0));
      expectClose(values, data, isHalved ? relative(2 ** -8) : EXACT, name);
    }
  });
});
