import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ModelConfig, modelConfig } from '../../../../src/index.js';
import { decodeMetadata, encodeMetadata } from '../../../../src/training/checkpoint/metadata.js';
import {
  type Checkpoint,
  LAST_CHECKPOINT,
  openRun,
  type RunRequest,
  readCheckpoint,
  readSafetensorsFile,
  type TrainSettings,
  trainSettings,
} from '../../../../src/training/node/index.js';
import { testFolder } from '../../../helpers/cli.js';
import { flipped } from '../../../helpers/corrupt/flip-bits.js';
import { expectClose } from '../../../helpers/values/close.js';
import { absolute } from '../../../helpers/values/tolerance.js';

/** What a file of the folder holds, and what the program that wrote it made of it in one more step. */
interface Written {
  readonly config: Partial<ModelConfig>;
  readonly settings: Partial<TrainSettings>;
  /** The first numbers of the embedding. */
  readonly weights: readonly number[];
  /** The first numbers of the second moment of the head. */
  readonly moments: readonly number[];
  /** Of the next batch. */
  readonly loss: number;
  /** The first numbers of the embedding after it. */
  readonly after: readonly number[];
}

const SMALL = { evalInterval: 3, evalIters: 2, batchSize: 4, maxIters: 6, warmupIters: 2 };

/** As `ngpt` writes it by default. */
const PLAIN: Written = {
  config: {},
  settings: SMALL,
  weights: [-0.1105300188, 0.466460228, -0.4179125428],
  moments: [0.0004282855, 0.0026035015, 0.0000481374],
  loss: 2.2360186577,
  after: [-0.1194244027, 0.4719425142, -0.4042285681],
};

/** All after two steps on letters, with a model of the same size. One more for each format, and none is ever changed. */
const FILES: Record<string, Written> = {
  // Version 1, whose settings said less of the model than its configuration: no rope, ropeBase, qkNorm, tieWeights.
  'v1-ngpt': {
    config: { alphaInit: 0.25, dMlp: 6 },
    settings: { ...SMALL, alphaInit: 0.25, dMlp: 6 },
    weights: [-0.1112534478, 0.4695668817, -0.440654099],
    moments: [0.0003254414, 0.0012740325, 0.0000201927],
    loss: 2.0784785748,
    after: [-0.120804593, 0.4781861305, -0.4493745565],
  },
  'v1-gpt': {
    config: { arch: 'gpt' },
    settings: { ...SMALL, arch: 'gpt', weightDecay: 0.2, beta2: 0.9 },
    weights: [-0.0055998657, 0.0147719234, -0.0080610933],
    moments: [0.0025021443, 0.0165868029, 0.0000031648],
    loss: 2.0678534508,
    after: [-0.0085926745, 0.0172793102, -0.0050771879],
  },
  // By `ngpt import`.
  'v1-imported': {
    config: { rope: 'released' },
    settings: { rope: 'released' },
    weights: [-0.1105348542, 0.4664431214, -0.4179494977],
    moments: [0.0004206254, 0.0026160106, 0.0000481971],
    loss: 2.2390286922,
    after: [-0.1194211021, 0.4717796743, -0.4042727649],
  },
  // With entries left out as if they had not been options then: arch, dMlp, alphaInit, rope and qkNorm of the
  // configuration, arch, alphaInit, beta2, learningRate, gradClip and seed of the settings.
  'v1-lacking': PLAIN,
  // With checksums in its metadata, and all options of their time.
  'v1-checksums': PLAIN,
};

const SIZES = { vocabSize: 8, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 4 };

const folder = testFolder();
let letters: string;

beforeAll(async () => {
  letters = join(folder.path, 'letters.txt');
  await writeFile(letters, 'abcdefgh'.repeat(75));
});

function pathOf(name: string): string {
  return fileURLToPath(new URL(`../../../fixtures/checkpoints/${name}.safetensors`, import.meta.url));
}

/** Goes on from a file, in an out-dir of its own. */
async function resume(name: string, request: RunRequest = {}) {
  const outDir = join(folder.path, name);
  await mkdir(outDir, { recursive: true });
  await copyFile(pathOf(name), join(outDir, LAST_CHECKPOINT));
  return openRun({ outDir, initFrom: 'resume', data: letters, ...request });
}

function start(data: ArrayLike<number> | undefined): number[] {
  return Array.from(data ?? []).slice(0, 3);
}

const NEAR = absolute(5e-7);

const embedding = ({ model }: Checkpoint) => start(model.get('transformer.wte.weight')?.data);

describe.each(Object.entries(FILES))('the checkpoint %s', (name, written) => {
  const { vocabSize: _, ...sizes } = SIZES;
  const settings = trainSettings({
    ...sizes,
    batchSize: 12,
    maxIters: 2000,
    threads: 1,
    ...written.settings,
  });

  it('is read as what was written', async () => {
    const checkpoint = await readCheckpoint(pathOf(name));
    expect(checkpoint.step).toBe(2);
    expect(checkpoint.config).toEqual(modelConfig({ ...SIZES, ...written.config }));
    expect(checkpoint.settings).toEqual(settings);
    expectClose(embedding(checkpoint), written.weights, NEAR);
    expectClose(start(checkpoint.optimizer.get('v/lm_head.weight')?.data), written.moments, NEAR);
  });

  it('goes on with the same next step', async () => {
    const run = await resume(name);
    let loss = Number.NaN;
    for await (const event of run.events(() => !Number.isNaN(loss))) {
      if (event.event === 'step') loss = event.loss;
    }
    await run.close();
    expectClose(loss, written.loss, absolute(5e-6));
    const after = await readCheckpoint(run.outDir);
    expect(after.step).toBe(3);
    // How it fitted its batch into memory is new.
    expect(after.settings).toEqual({ ...settings, gradAccumulation: 1, recompute: false });
    expectClose(embedding(after), written.after, NEAR);
  });
});

describe('what is written now', () => {
  it.each(['v1-ngpt', 'v1-gpt', 'v1-imported', 'v1-checksums'])(
    'has all that %s has, and options that came later',
    async (name) => {
      const { metadata } = await readSafetensorsFile(pathOf(name));
      const { config, settings, ...others } = Object.fromEntries(metadata);
      const again = Object.fromEntries(encodeMetadata(decodeMetadata(metadata)));
      expect(again).toMatchObject(others);
      const [before, now] = [config, again.config].map((text) => Object.entries(JSON.parse(text)));
      const names = before.map(([name]) => name);
      expect(now.filter(([name]) => names.includes(name))).toEqual(before);
      expect(JSON.parse(again.settings)).toMatchObject(JSON.parse(settings));
      const { rope, ropeBase, qkNorm, tieWeights } = JSON.parse(config);
      expect(JSON.parse(again.settings)).toMatchObject({ rope, ropeBase, qkNorm, tieWeights });
    },
  );
});

describe('the checksums of a file that has them', () => {
  it('are compared, whatever wrote it', async () => {
    const bytes = await readFile(pathOf('v1-checksums'));
    const path = join(folder.path, 'damaged.safetensors');
    for (const at of [bytes.length - 1, bytes.indexOf('"step":"2"') + 8]) {
      await writeFile(path, flipped(bytes, 8 * at));
      await expect(readCheckpoint(path)).rejects.toThrow(/is damaged: its checksum does not match$/);
    }
  });
});

describe('a run that goes on from an older checkpoint', () => {
  it('keeps the model that its settings did not speak of, and refuses another', async () => {
    await (await resume('v1-imported', { settings: { rope: 'released' } })).close();
    await expect(resume('v1-imported', { settings: { rope: 'rotary' } })).rejects.toThrow(
      "cannot resume with rope rotary: the checkpoint's model has released",
    );
    await expect(resume('v1-ngpt', { settings: { qkNorm: false } })).rejects.toThrow(
      "cannot resume with qkNorm false: the checkpoint's model has true",
    );
  });
});

describe('entries that are no options', () => {
  it('are ignored and kept: they may be of a program that knows more', async () => {
    const { metadata } = await readSafetensorsFile(pathOf('v1-ngpt'));
    const extended = new Map(metadata);
    for (const entry of ['config', 'settings']) {
      extended.set(entry, JSON.stringify({ ...JSON.parse(metadata.get(entry)!), momentum: 'slow' }));
    }
    const read = decodeMetadata(extended);
    expect(read).toMatchObject({ config: { momentum: 'slow', nEmbd: 4 }, settings: { momentum: 'slow' } });
    for (const entry of ['config', 'settings']) {
      expect(JSON.parse(encodeMetadata(read).get(entry)!)).toMatchObject({ momentum: 'slow' });
    }
  });
});
