import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CheckpointError,
  createModel,
  Generator,
  init,
  type RotaryVariant,
  type StateDict,
  tensor,
} from '../../../../src/index.js';
import {
  type Checkpoint,
  EXPORT_FILES,
  exportConfiguration,
  exportRun,
  importRun,
  loadGpt2Tokenizer,
  readNanogptFolder,
  readSafetensorsFile,
  trainSettings,
  writeSafetensors,
} from '../../../../src/training/node/index.js';
import { releasedOrder } from '../../../../src/training/released/released.js';
import { modelConfigFor } from '../../../../src/training/settings/settings.js';
import { trained } from '../../../helpers/models/exportable.js';
import { expectClose } from '../../../helpers/values/close.js';
import { absolute } from '../../../helpers/values/tolerance.js';

let folder = '';
beforeAll(async () => {
  await init('wasm');
  folder = await mkdtemp(join(tmpdir(), 'spheregrad-export-'));
});
afterAll(() => rm(folder, { recursive: true }));

const exported = (name: keyof typeof EXPORT_FILES) => join(folder, EXPORT_FILES[name]);

async function importAgain(rope?: RotaryVariant, data = folder): Promise<Checkpoint> {
  const { checkpoint } = await importRun({
    ...{ model: exported('model'), optimizer: exported('optimizer'), args: exported('args'), data },
    ...(rope === undefined ? {} : { rope }),
  });
  return checkpoint;
}

describe('export and import', () => {
  it.each(['ngpt', 'gpt'] as const)('bring a %s back bit for bit', async (arch) => {
    const { checkpoint, dataset } = await trained({ arch });
    await exportRun(folder, checkpoint, dataset);
    const back = await importAgain('rotary');
    expect(back.config).toEqual(checkpoint.config);
    expect(back.step).toBe(checkpoint.step);
    expect(back.tokenizer).toEqual(checkpoint.tokenizer);
    for (const part of ['model', 'optimizer'] as const) {
      expect([...back[part].keys()].sort()).toEqual([...checkpoint[part].keys()].sort());
      for (const [name, { data }] of checkpoint[part]) expect(back[part].get(name)?.data).toEqual(data);
    }
  });

  it('keep what a model with other eigen learning rates computes', async () => {
    const { checkpoint, dataset } = await trained({ alphaInit: 0.25 });
    await exportRun(folder, checkpoint, dataset);
    const back = await importAgain('rotary');
    expect(back.config.alphaInit).toBe(0.05);
    const tokens = tensor(Int32Array.from(dataset.val.slice(0, 7)), [1, 7]);
    const logits = [checkpoint, back].map(({ config, model }) => {
      const fresh = createModel(config, new Generator(0));
      fresh.loadStateDict(model);
      return fresh.forward(tokens).dataSync();
    });
    expectClose(logits[0], logits[1], absolute(1e-5));
  });

  it.each(['rotary', 'released'] as const)(
    'carry the %s embedding along, which import may overrule',
    async (rope) => {
      const { checkpoint, dataset } = await trained({ rope });
      await exportRun(folder, checkpoint, dataset);
      expect((await importAgain()).config.rope).toBe(rope);
      expect((await importAgain('released')).config.rope).toBe('released');
      expect((await importAgain('rotary')).config.rope).toBe('rotary');
    },
  );

  it('take arguments that say nothing of the embedding for the released code, and refuse an unknown one', async () => {
    const { checkpoint, dataset } = await trained({});
    await exportRun(folder, checkpoint, dataset);
    const path = join(folder, EXPORT_FILES.args);
    const { rope, ...args } = JSON.parse(await readFile(path, 'utf8'));
    expect(rope).toBe('rotary');
    await writeFile(path, JSON.stringify(args));
    expect((await importAgain()).config.rope).toBe('released');
    const request = { model: exported('model'), args: path, data: folder };
    expect(await importRun(request)).toMatchObject({ ropeAssumed: true });
    expect(await importRun({ ...request, rope: 'released' })).toMatchObject({ ropeAssumed: false });
    for (const other of ['alibi', 'none']) {
      await writeFile(path, JSON.stringify({ ...args, rope: other }));
      await expect(importAgain()).rejects.toThrow(/model_args\.json: rope must be rotary or released/);
    }
    const none = { ...request, rope: 'none' as RotaryVariant };
    await expect(importRun(none)).rejects.toThrow('rope must be rotary or released, got none');
  });

  it('write the moments in the order of the released optimizer', async () => {
    const { checkpoint, dataset } = await trained({});
    await exportRun(folder, checkpoint, dataset);
    const { tensors } = await readSafetensorsFile(join(folder, EXPORT_FILES.optimizer));
    const names = [...tensors.keys()].filter((key) => key.startsWith('exp_avg/'));
    expect(names.map((name) => name.slice('exp_avg/'.length))).toEqual(releasedOrder(checkpoint.config));
    const ranks = releasedOrder(checkpoint.config).map((name) => checkpoint.model.get(name)?.shape.length);
    expect(ranks).toEqual([...ranks].sort().reverse());
  });

  it('refuse what the released code cannot express, and say what', async () => {
    const { checkpoint, dataset } = await trained({ dMlp: 12 });
    await expect(exportRun(folder, checkpoint, dataset)).rejects.toThrow(/dMlp 12 \(it has 4 nEmbd = 32\)/);
    for (const [given, reason] of [
      [{ tieWeights: true }, 'tied weights'],
      [{ qkNorm: false }, 'queries and keys that are not normalized'],
      [{ softmaxScale: 'rsqrt' }, 'attention with 1/√d_k'],
      [{ weightNorm: 'forward' }, 'matrices that are normalized in every pass'],
      [{ weightNorm: 'never' }, 'matrices that are not normalized'],
      [{ alpha: 'scalar', sz: 'fixed', szInit: 2 }, 'alpha scalar, sz fixed, szInit 2'],
      [
        { signedAlpha: true, residual: 'slerp' },
        'eigen learning rates with a sign, steps along the great circle',
      ],
      [{ ropeBase: 500, tieWeights: true }, 'rope base 500, tied weights'],
      [{ rope: 'none' }, 'attention without positions'],
      [{ rope: 'none', nEmbd: 3, nHead: 1, tieWeights: true }, 'attention without positions, tied weights'],
      [{ arch: 'gpt', rope: 'none', nEmbd: 6 }, 'attention without positions'],
    ] as const) {
      const { checkpoint, dataset } = await trained(given, 0);
      await expect(exportRun(folder, checkpoint, dataset)).rejects.toThrow(
        `the released code cannot express ${reason}`,
      );
    }
    // Of the baseline it says nothing.
    const baseline = await trained({ arch: 'gpt', qkNorm: false }, 1);
    await exportRun(folder, baseline.checkpoint, baseline.dataset);
  });

  it('bring batches, rates and steps along', async () => {
    const { checkpoint, dataset } = await trained({ arch: 'gpt' });
    const given = {
      batchSize: 5,
      maxIters: 77,
      warmupIters: 3,
      minLr: 1e-4,
      gradClip: 0.5,
      weightDecay: 0.2,
    };
    const settings = { ...checkpoint.settings, ...given, beta1: 0.8, learningRate: 0.02, evalIters: 4 };
    await exportRun(folder, { ...checkpoint, settings }, dataset);
    expect((await importAgain()).settings).toEqual(settings);
  });

  it('bring no weight decay to an nGPT: such a run has never decayed here', async () => {
    const { checkpoint, dataset } = await trained({});
    const settings = { ...checkpoint.settings, weightDecay: 0.2, minLr: 1e-4 };
    await exportRun(folder, { ...checkpoint, settings }, dataset);
    expect(JSON.parse(await readFile(exported('args'), 'utf8')).weight_decay).toBe(0.2);
    expect((await importAgain()).settings).toMatchObject({ weightDecay: 0, minLr: 1e-4 });
  });

  it('give settings that ask for the same model', async () => {
    const { checkpoint, dataset } = await trained({ rope: 'released' });
    await exportRun(folder, checkpoint, dataset);
    const { settings, config } = await importAgain();
    expect(settings).toMatchObject({ rope: 'released', dMlp: null });
    expect(modelConfigFor(settings, config.vocabSize)).toEqual(config);
  });

  it('refuse data of another vocabulary', async () => {
    const { checkpoint, dataset } = await trained({});
    await exportRun(folder, checkpoint, dataset);
    const other = join(folder, 'other.txt');
    await writeFile(other, 'abcabcabcabcabcabc');
    await expect(importAgain('rotary', other)).rejects.toThrow(/vocabulary of 3, the model one of/);
  });
});

/** Exports a run anew and changes the tensors of one file. */
async function changed(name: 'model' | 'optimizer', change: (tensors: StateDict) => void): Promise<void> {
  const { checkpoint, dataset } = await trained({});
  await exportRun(folder, checkpoint, dataset);
  const { tensors } = await readSafetensorsFile(exported(name));
  const copy: StateDict = new Map(tensors);
  change(copy);
  await writeFile(exported(name), writeSafetensors(copy));
}

const FIRST = 'transformer.wte.weight';

describe('the released layout', () => {
  it.each([
    ['rotary', ['train_rotary.py']],
    ['released', []],
  ] as const)('lies as train.py wants it, with the embedding %s', async (rope, more) => {
    const { checkpoint, dataset } = await trained({ rope });
    const laid = join(folder, `laid-${rope}`);
    await exportRun(laid, checkpoint, dataset, 'released');
    expect((await readdir(laid)).sort()).toEqual(
      [
        ...['data', 'from_ckpt.py', 'model.safetensors', 'model_args.json', 'optimizer.safetensors'],
        ...['run.sh', 'to_ckpt.py', ...more],
      ].sort(),
    );
    const data = join(laid, 'data', 'spheregrad');
    expect((await readdir(data)).sort()).toEqual(['meta.json', 'meta.pkl', 'train.bin', 'val.bin']);
    const back = await readNanogptFolder(data);
    expect(Array.from(back.val)).toEqual(Array.from(dataset.val));
    expect(back.tokenizer.describe()).toEqual(dataset.tokenizer.describe());
    expect(await readFile(join(laid, 'run.sh'), 'utf8')).toContain(
      `exec $launch ${rope === 'rotary' ? 'train_rotary.py' : 'train.py'} `,
    );
  });

  it('gives a finished run as many steps again, here and there', async () => {
    const { checkpoint, dataset } = await trained({});
    const laid = join(folder, 'laid-finished');
    const settings = { ...checkpoint.settings, maxIters: 3 };
    await exportRun(laid, { ...checkpoint, settings }, dataset, 'released');
    expect(await readFile(join(laid, 'run.sh'), 'utf8')).toContain(' --lr_decay_iters=6 ');
    expect(JSON.parse(await readFile(join(laid, 'model_args.json'), 'utf8')).max_iters).toBe(6);
  });

  it('needs no vocabulary for the tokens of GPT-2', async () => {
    const { checkpoint, dataset } = await trained({});
    const tokenizer = await loadGpt2Tokenizer();
    const laid = join(folder, 'laid-gpt2');
    await exportRun(laid, checkpoint, { ...dataset, tokenizer }, 'released');
    expect((await readdir(join(laid, 'data', 'spheregrad'))).sort()).toEqual(['train.bin', 'val.bin']);
  });
});

describe('a configuration', () => {
  const settings = trainSettings({ nLayer: 3, nEmbd: 12, nHead: 2, tokenizer: 'gpt2' });

  it('is its command line and what it takes to come back, on OpenWebText', async () => {
    const laid = join(folder, 'configuration');
    await exportConfiguration(laid, settings, null);
    const files = ['from_ckpt.py', 'model_args.json', 'run.sh', 'train_rotary.py'];
    expect((await readdir(laid)).sort()).toEqual(files);
    const script = await readFile(join(laid, 'run.sh'), 'utf8');
    for (const flag of ['init_from=scratch', 'dataset=openwebtext', 'n_layer=3', 'n_embd=12', 'n_head=2']) {
      expect(script).toContain(` --${flag} `);
    }
    const args = JSON.parse(await readFile(join(laid, 'model_args.json'), 'utf8'));
    expect(args).toMatchObject({ vocab_size: 50304, iter_num: 0, n_layer: 3, use_nGPT: 1, rope: 'rotary' });
  });

  it('is refused where the released code cannot express it', async () => {
    const none = { ...settings, rope: 'none' as const };
    await expect(exportConfiguration(join(folder, 'none'), none, null)).rejects.toThrow(
      'the released code cannot express attention without positions',
    );
  });

  it('takes other data along, with the size of their vocabulary', async () => {
    const laid = join(folder, 'configuration-data');
    const { dataset } = await trained({}, 0);
    await exportConfiguration(laid, settings, dataset);
    expect((await readdir(join(laid, 'data', 'spheregrad'))).sort()).toEqual([
      'meta.json',
      'meta.pkl',
      'train.bin',
      'val.bin',
    ]);
    expect(await readFile(join(laid, 'run.sh'), 'utf8')).toContain(' --dataset=spheregrad ');
    const args = JSON.parse(await readFile(join(laid, 'model_args.json'), 'utf8'));
    expect(args.vocab_size).toBe(dataset.tokenizer.vocabSize);
  });
});

describe('a single flipped bit in an export', () => {
  it.each([
    ['model', 'lm_head\\.weight|sz|suv'],
    ['optimizer', 'exp_avg_sq/\\S+'],
  ] as const)('is found in the %s, by the name of the tensor', async (name, tensor) => {
    const { checkpoint, dataset } = await trained({});
    await exportRun(folder, checkpoint, dataset);
    const bytes = await readFile(exported(name));
    bytes[bytes.length - 4] ^= 1;
    await writeFile(exported(name), bytes);
    await expect(importAgain()).rejects.toThrow(CheckpointError);
    await expect(importAgain()).rejects.toThrow(
      new RegExp(
        `${name}\\.safetensors: the tensor '\\S*(${tensor})' is damaged: its checksum does not match$`,
      ),
    );
  });
});

describe('import refuses', () => {
  const float32 = (shape: number[], values: number[]) =>
    ({ dtype: 'float32', shape, data: Float32Array.from(values) }) as const;

  it.each<[what: string, name: 'model' | 'optimizer', change: (tensors: StateDict) => void, message: RegExp]>(
    [
      ['no moments', 'optimizer', (all) => all.clear(), /: missing: exp_avg\/\S+, \S+, \S+ and 43 more$/],
      [
        'a missing moment',
        'optimizer',
        (all) => all.delete(`exp_avg_sq/${FIRST}`),
        /optimizer\.safetensors: missing: exp_avg_sq\/transformer\.wte\.weight$/,
      ],
      [
        'moments of other names',
        'optimizer',
        (all) => {
          for (const [key, moment] of [...all]) all.set(`x/${key}`, moment);
        },
        /optimizer\.safetensors: unexpected: x\/exp_avg\/\S+, \S+, \S+ and 43 more$/,
      ],
      [
        'a moment of another shape',
        'optimizer',
        (all) => all.set('exp_avg/sz', float32([1], [0])),
        /optimizer\.safetensors: exp_avg\/sz is \[1\], its parameter \[\d+\]/,
      ],
      [
        'a negative second moment',
        'optimizer',
        (all) => all.get('exp_avg_sq/sz')!.data.fill(-1e-9, 1, 2),
        /optimizer\.safetensors: exp_avg_sq\/sz holds negative numbers/,
      ],
      [
        'a moment that is no number',
        'optimizer',
        (all) => all.get('exp_avg/sz')!.data.fill(Number.NaN, 1, 2),
        /optimizer\.safetensors: exp_avg\/sz holds numbers that are not finite/,
      ],
      [
        'another file as the model',
        'model',
        (all) => {
          const keys = [...all.keys()];
          for (const [i, key] of keys.entries()) {
            all.set(`other.${i}`, all.get(key)!);
            all.delete(key);
          }
        },
        /^\S+model\.safetensors: missing: (\S+ ){3}and 20 more; unexpected: other\.0, (\S+ ){2}and 20 more$/,
      ],
      [
        'a model of another size',
        'model',
        (all) => all.set(FIRST, float32([1, 8], Array(8).fill(1))),
        /model\.safetensors: .*wte\.weight is \[1, 8\]; its configuration wants \[\d+, 8\]/,
      ],
    ],
  )('%s', async (_, name, change, message) => {
    await changed(name, change);
    const attempt = importAgain();
    await expect(attempt).rejects.toThrow(CheckpointError);
    await expect(attempt).rejects.toThrow(message);
  });

  it.each<[given: Record<string, unknown>, message: RegExp]>([
    [{ iter_num: null }, /: iter_num must be a number, got null$/],
    [{ iter_num: 1.5 }, /: iter_num must be a whole number of at least 0, got 1\.5$/],
    [{ iter_num: -1 }, /: iter_num must be a whole number of at least 0, got -1$/],
    [{ iter_num: '5' }, /: iter_num must be a number, got "5"$/],
    [{ iter_num: undefined }, /: iter_num is missing: /],
    [{ n_layer: undefined }, /: n_layer must be a number, got nothing$/],
    [{ n_layer: 0 }, /: n_layer must be a whole number of at least 1, got 0$/],
    [{ n_layer: 1.5 }, /: n_layer must be a whole number of at least 1, got 1\.5$/],
    [{ n_head: 3 }, /: n_embd must be a multiple of n_head: 8 does not divide into 3 heads$/],
    [{ n_embd: 1e9, base_scale: 1e9 ** -0.5 }, /: n_layer 2, n_embd 1000000000 and d_mlp \d+ make/],
    [{ use_nGPT: 2 }, /: use_nGPT must be 0 or 1, got 2$/],
    [{ bias: true }, /: bias is set/],
    [{ base_scale: null }, /: base_scale must be a number, got null$/],
    [{ base_scale: 0.5 }, /: base_scale must be 1\/√n_embd = 0\.35\d*, got 0\.5$/],
    [{ weight_decay: -0.1 }, /: weight_decay must be a number of at least 0, got -0\.1$/],
    [{ weight_decay: 'much' }, /: weight_decay must be a number, got "much"$/],
    [{ learning_rate: -1 }, /: learning_rate must be a number of at least 0, got -1$/],
    [{ beta2: 1 }, /: beta2 must be at least 0 and below 1, got 1$/],
  ])('the arguments %j, by the names that they have there', async (given, message) => {
    const { checkpoint, dataset } = await trained({});
    await exportRun(folder, checkpoint, dataset);
    const args = JSON.parse(await readFile(exported('args'), 'utf8'));
    await writeFile(exported('args'), JSON.stringify({ ...args, ...given }));
    const attempt = importAgain();
    await expect(attempt).rejects.toThrow(CheckpointError);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(exported('args'));
  });
});
