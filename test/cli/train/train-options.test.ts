import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { trainOptions } from '../../../src/cli/train/train-options.js';
import { entriesOf } from '../../../src/ngpt/config/option.js';
import type { ModelConfig } from '../../../src/ngpt/index.js';
import { readCheckpoint } from '../../../src/training/node/index.js';
import { kebabCase } from '../../../src/training/settings/names.js';
import { TRAINING_OPTIONS } from '../../../src/training/settings/train-settings.js';
import { jsonLines, runHosted, SMALL_MODEL, testFolder, writeSmallText } from '../../helpers/cli.js';

const folder = testFolder();
/** The smallest model on a text that is read at once. */
const small = () => [...SMALL_MODEL, '--data', join(folder.path, 'text.txt')];

beforeAll(() => writeSmallText(join(folder.path, 'text.txt')));

describe('trainOptions', () => {
  const options = trainOptions();

  it('are one for each setting, of the same name, and two for a switch', () => {
    for (const [name, { value, choices }] of entriesOf(TRAINING_OPTIONS)) {
      const found = options.filter((option) => option.attributeName() === name);
      expect([name, found.map(({ negate }) => negate)]).toEqual([
        name,
        value === undefined && choices === undefined ? [false, true] : [false],
      ]);
    }
  });

  it('say their default, and whose they are', () => {
    const help = (flag: string) => options.find(({ long }) => long === flag)?.description;
    expect(help('--arch')).toBe('the model (default: ngpt)');
    expect(help('--d-mlp')).toBe('width of the MLP (default: 4 times n-embd)');
    expect(help('--warmup-iters')).toBe('steps of linear warm-up (default: ngpt 0, gpt 100)');
    expect(help('--qk-norm')).toBe('normalize queries and keys, for ngpt only (default: true)');
    expect(help('--no-qk-norm')).toBe('switches --qk-norm off');
  });
});

describe('options about memory', () => {
  it('reach the run and its checkpoint, and are chosen anew for another batch', async () => {
    const outDir = join(folder.path, 'memory');
    const train = async (...options: string[]) => {
      const result = await runHosted(['train', ...SMALL_MODEL, '--out-dir', outDir, '--json', ...options]);
      return { ...result, start: result.code === 0 ? jsonLines(result.stdout)[0] : {} };
    };
    const asked = ['--max-iters', '1', '--batch-size', '4', '--grad-accumulation', '4', '--recompute'];
    const chosen = { gradAccumulation: 4, recompute: true };
    expect((await train(...asked)).start).toMatchObject(chosen);
    expect((await readCheckpoint(outDir)).settings).toMatchObject(chosen);

    const on = ['--init-from', 'resume', '--max-iters', '2'];
    const same = await train(...on);
    expect(same.start).toMatchObject(chosen);
    expect(same.stderr).toBe('');
    const other = await train(...on, '--batch-size', '3');
    expect(other.start).toMatchObject({ gradAccumulation: 1, recompute: false });
    expect(other.stderr).toContain(
      'batches are worked through with gradAccumulation 1 without recompute now, before it was gradAccumulation 4 and recompute\n',
    );
    const tooMany = await train(...asked, '--batch-size', '7', '--threads', '2');
    expect([tooMany.code, tooMany.stderr]).toEqual([
      2,
      'ngpt: a batch of 7 cannot be worked through in 8 parts, --grad-accumulation 4 on each of 2 threads; ' +
        '--grad-accumulation 3 at most works\n',
    ]);
  });

  it('are told what would fit where they ask for too much', async () => {
    const large = ['--n-layer', '6', '--n-head', '6', '--n-embd', '384', '--block-size', '256'];
    const { code, stderr } = await runHosted(
      [
        'train',
        ...large,
        '--batch-size',
        '64',
        '--grad-accumulation',
        '1',
        '--no-recompute',
        '--threads',
        '1',
      ],
      folder.path,
    );
    expect([code, stderr]).toEqual([
      2,
      'ngpt: a step takes 4.2 GiB a thread with --grad-accumulation 1 without --recompute, more than 3.6 of the 4 GiB of ' +
        'WebAssembly; --grad-accumulation 4 without --recompute would fit, and is chosen where neither is given\n',
    ]);
  });
});

describe('options of the model', () => {
  const train = (outDir: string, ...options: string[]) =>
    runHosted(['train', ...small(), '--max-iters', '2', '--out-dir', outDir, '--json', ...options]);
  const resume = (outDir: string, ...options: string[]) =>
    runHosted([
      'train',
      '--init-from',
      'resume',
      '--out-dir',
      outDir,
      '--json',
      '--max-iters',
      '3',
      ...options,
    ]);
  const losses = (stdout: string) =>
    jsonLines(stdout).flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
  /** Of the model without any of the options, trained once for all that share the rest. */
  const plain = new Map<string, Promise<unknown[]>>();
  const plainLosses = (besides: string) => {
    const found =
      plain.get(besides) ??
      train(join(folder.path, `plain-${plain.size}`), ...besides.split(' ')).then(({ stdout }) =>
        losses(stdout),
      );
    plain.set(besides, found);
    return found;
  };

  // Of several options in one row, another value is asked for of the last.
  it.each<[values: Partial<ModelConfig>, given: string, another: string, besides?: string]>([
    [{ rope: 'released' }, '--rope released', '--rope rotary'],
    [{ rope: 'none' }, '--rope none', '--rope rotary'],
    [{ ropeBase: 500 }, '--rope-base 500', '--rope-base 501'],
    [{ residual: 'slerp' }, '--residual slerp', '--residual lerp'],
    // An α that a large step takes below 0.
    [{ signedAlpha: true }, '--signed-alpha', '--no-signed-alpha', '--learning-rate 1'],
    [{ weightNorm: 'forward' }, '--weight-norm forward', '--weight-norm step'],
    [{ weightNorm: 'never' }, '--weight-norm never', '--weight-norm step'],
    [{ qkNorm: false }, '--no-qk-norm', '--qk-norm'],
    [{ softmaxScale: 'rsqrt' }, '--softmax-scale rsqrt', '--softmax-scale sqrt'],
    [{ tieWeights: true }, '--tie-weights', '--no-tie-weights'],
    [{ alphaInit: 0.3 }, '--alpha-init 0.3', '--alpha-init 0.05'],
    [
      { alpha: 'scalar', sqk: 'fixed', suv: 'scalar', sz: 'fixed' },
      '--alpha scalar --sqk fixed --suv scalar --sz fixed',
      '--sz scalar',
    ],
    [{ sqkInit: 0.5, suvInit: 2, szInit: 3 }, '--sqk-init 0.5 --suv-init 2 --sz-init 3', '--sz-init 1'],
    [
      { alphaScale: 0.1, sqkScale: 0.2, suvScale: 0.3, szScale: 0.4 },
      '--alpha-scale 0.1 --sqk-scale 0.2 --suv-scale 0.3 --sz-scale 0.4',
      '--sz-scale 0.25',
    ],
    [{ dMlp: 24 }, '--d-mlp 24', '--d-mlp 64'],
  ])(
    '%j reaches the model and the checkpoint, stays in a resumed run, and no other is taken',
    async (values, given, another, besides = '--learning-rate 0.01') => {
      const [name, value] = Object.entries(values).at(-1)!;
      const outDir = join(folder.path, `${name}-${value}`);
      const { stdout } = await train(outDir, ...given.split(' '), ...besides.split(' '));
      expect(jsonLines(stdout)[0]).toMatchObject(values);
      expect(losses(stdout)).toHaveLength(2);
      expect(losses(stdout)).not.toEqual(await plainLosses(besides));
      expect(await readCheckpoint(outDir)).toMatchObject({ config: values, settings: values });

      const other = await resume(outDir, ...another.split(' '));
      expect(other.code).toBe(2);
      const kept = typeof value === 'boolean' ? given : value;
      expect(other.stderr).toBe(`ngpt: cannot resume with ${another}: the checkpoint's model has ${kept}\n`);
      const on = await resume(outDir);
      expect([on.code, on.stderr]).toEqual([0, '']);
      expect(jsonLines(on.stdout)[0]).toMatchObject({ ...values, resumedFrom: 2 });
      expect(await readCheckpoint(outDir)).toMatchObject({ step: 3, config: values, settings: values });
      expect((await resume(outDir, ...given.split(' '))).code).toBe(0);
    },
  );

  it('that the baseline does not have are refused', async () => {
    const { code, stderr } = await train(join(folder.path, 'gpt'), '--arch', 'gpt', '--no-qk-norm');
    expect([code, stderr]).toEqual([
      2,
      'ngpt: --qk-norm is for ngpt only; gpt normalizes no queries and keys, got --no-qk-norm\n',
    ]);
  });
});

describe('options of the training', () => {
  it.each([
    ['logFormat', 'csv', 'jsonl'],
    ['saveInterval', 3, 7],
    ['earlyStopping', 5, 0],
    ['lrDecay', 'logarithmic', 'linear'],
    ['batchSeed', 3, 4],
  ])(
    '%s reaches the run and the checkpoint, stays in a resumed run, and may be changed',
    async (name, value, another) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      const outDir = join(folder.path, name);
      const given = ['train', '--json', '--out-dir', outDir];
      const started = await runHosted([...given, ...small(), '--max-iters', '1', flag, String(value)]);
      const startOf = ({ stdout }: { stdout: string }) => jsonLines(stdout)[0];
      expect([started.stderr, startOf(started)]).toMatchObject(['', { [name]: value }]);
      expect(await readCheckpoint(outDir)).toMatchObject({ settings: { [name]: value } });
      const resume = [...given, '--init-from', 'resume', '--max-iters'];
      expect(startOf(await runHosted([...resume, '2']))).toMatchObject({ [name]: value, resumedFrom: 1 });
      expect(startOf(await runHosted([...resume, '3', flag, String(another)]))).toMatchObject({
        [name]: another,
      });
      expect(await readCheckpoint(outDir)).toMatchObject({ step: 3, settings: { [name]: another } });
    },
  );

  it('those of optimizer and learning rate reach the run and the checkpoint, all at once, and stay', async () => {
    const given = {
      ...{ weightDecay: 0.1, riemannian: true, maxAngle: 0.02, gate: 0.5, logitPreconditioning: 1 },
      ...{ lrDecay: 'linear', transferWidth: 8, transferTokens: 100, transferDepth: 1, warmupIters: 1 },
    };
    const outDir = join(folder.path, 'optimization');
    const flags = Object.entries(given).flatMap(([name, value]) => [
      `--${kebabCase(name)}`,
      ...(value === true ? [] : [String(value)]),
    ]);
    const train = (...options: string[]) => runHosted(['train', '--json', '--out-dir', outDir, ...options]);
    const { stdout, stderr } = await train(...small(), '--max-iters', '1', ...flags);
    expect([stderr, jsonLines(stdout)[0]]).toMatchObject(['', given]);
    const { config, settings } = await readCheckpoint(outDir);
    expect(settings).toMatchObject(given);
    expect(config.alphaInit).toBe(settings.alphaInit / settings.nLayer);
    const resume = ['--init-from', 'resume', '--max-iters', '2'];
    const other = await train(...resume, '--transfer-depth', '7');
    expect([other.code, other.stderr]).toEqual([
      2,
      `ngpt: cannot resume with --transfer-depth 7: the checkpoint's model has ${given.transferDepth}\n`,
    ]);
    const GATE_NOTE = 'other than in the run that is resumed: gate 0 in place of 0.5\n';
    const on = await train(...resume, '--gate', '0');
    expect([on.stderr, jsonLines(on.stdout)[0]]).toMatchObject([
      GATE_NOTE,
      { ...given, gate: 0, resumedFrom: 1 },
    ]);
    expect(await readCheckpoint(outDir)).toMatchObject({ step: 2, config, settings: { ...given, gate: 0 } });
  });

  it('that only nGPT has are refused for the baseline, but for the value that says it has none', async () => {
    const outDir = join(folder.path, 'baseline');
    const train = (...options: string[]) =>
      runHosted(['train', ...small(), '--max-iters', '1', '--arch', 'gpt', '--out-dir', outDir, ...options]);
    const refused = await train('--riemannian');
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'ngpt: --riemannian must be --no-riemannian for gpt, which has no unit vectors, got --riemannian\n',
    ]);
    expect((await train('--no-riemannian', '--max-angle', '0', '--transfer-width', '0')).code).toBe(0);
  });
});
