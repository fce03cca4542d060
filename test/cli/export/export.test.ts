import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, runHosted, SMALL_MODEL, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
let run: string;
let exported: string;

beforeAll(async () => {
  run = join(folder.path, 'run');
  exported = join(folder.path, 'exported');
  await writeFile(join(folder.path, 'text.txt'), 'a whale is no fish. '.repeat(100));
  const given = [...SMALL_MODEL, '--data', 'text.txt', '--max-iters', '5', '--out-dir', run, '--json'];
  expect((await runHosted(['train', ...given], folder.path)).code).toBe(0);
});

const fullLoss = async (checkpoint: string, ...options: string[]) => {
  const { stdout, stderr } = await runHosted(
    ['eval', '--checkpoint', checkpoint, '--full', '--json', ...options],
    folder.path,
  );
  expect(stderr).toBe('');
  return jsonLines(stdout)[0].loss;
};

describe('ngpt export and import', () => {
  it('bring a run to the released code and back, and it goes on', async () => {
    const there = await runHosted(['export', '--checkpoint', run, '--out', exported], folder.path);
    expect([there.code, there.stderr]).toEqual([0, '']);
    expect((await readdir(exported)).sort()).toEqual(
      [
        ...['meta.json', 'model.safetensors', 'model_args.json', 'optimizer.safetensors'],
        ...['to_ckpt.py', 'train.bin', 'val.bin'],
      ].sort(),
    );
    const out = join(folder.path, 'back', 'checkpoint.safetensors');
    const files = ['model', 'optimizer'].flatMap((name) => [
      `--${name}`,
      join(exported, `${name}.safetensors`),
    ]);
    const given = [...files, '--args', join(exported, 'model_args.json'), '--data', exported];
    const back = await runHosted(['import', ...given, '--out', out], folder.path);
    expect([back.code, back.stderr]).toEqual([0, '']);
    expect(back.stdout).toBe(`Wrote ${out}, an nGPT after step 5.\n`);
    expect(await fullLoss(out)).toBe(await fullLoss(run));
    const again = await runHosted(['import', ...given, '--out', out], folder.path);
    expect([again.code, again.stderr]).toEqual([
      2,
      `ngpt: ${out} exists; give another --out, or --force to replace it\n`,
    ]);
    expect((await runHosted(['import', ...given, '--out', out, '--force'], folder.path)).code).toBe(0);

    // A relative path of the data is found again from another folder.
    const relative = ['--args', join(exported, 'model_args.json'), '--data', basename(exported)];
    const moved = join(folder.path, 'moved', 'checkpoint.safetensors');
    const imported = await runHosted(['import', ...files, ...relative, '--out', moved], dirname(exported));
    expect([imported.code, imported.stderr]).toEqual([0, '']);
    const measured = await runHosted(['eval', '--checkpoint', moved, '--eval-iters', '1'], tmpdir());
    expect([measured.code, measured.stderr]).toEqual([0, '']);
    expect(await readdir(join(folder.path, 'back'))).toEqual(['checkpoint.safetensors']);

    const resumed = [
      'train',
      '--init-from',
      'resume',
      '--out-dir',
      join(folder.path, 'back'),
      '--max-iters',
      '8',
      '--json',
    ];
    const { code, stdout } = await runHosted(resumed, folder.path);
    expect(code).toBe(0);
    expect(jsonLines(stdout).find(({ event }) => event === 'step')).toMatchObject({ step: 6 });
  });

  it('lay a run out for the released code, and say how to go on', async () => {
    const given = ['export', '--checkpoint', run, '--out', 'laid', '--layout', 'released'];
    const { code, stdout, stderr } = await runHosted(given, folder.path);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')[1]).toMatch(
      /cp -r laid\/\. NGPT && cd NGPT && python3 to_ckpt\.py && sh run\.sh; /,
    );
    expect(await readdir(join(folder.path, 'laid', 'data', 'spheregrad'))).toContain('train.bin');
  });

  it('write what trains a model of the paper elsewhere, to which train sends whoever asks for it', async () => {
    const asked = await runHosted(['train', '--preset', '0.5b'], folder.path);
    expect([asked.code, asked.stdout]).toEqual([2, '']);
    expect(asked.stderr).toMatch(
      /^ngpt: .*It is no preset: .* 4 GiB .*; export --configuration 0\.5b writes .*\(docs\/scale-out\.md\)\.\n$/,
    );
    const given = ['export', '--configuration', '0.5b', '--arch', 'gpt', '--out', 'large'];
    const { code, stdout, stderr } = await runHosted(given, folder.path);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Wrote what trains 0\.5b \(gpt\) to large\.\nNext.* sh run\.sh; .*\n.*openwebtext/,
    );
    const script = await readFile(join(folder.path, 'large', 'run.sh'), 'utf8');
    expect(script).toMatch(/--use_nGPT=0 .*--n_layer=24 .*--n_embd=1024 .*--warmup_iters=2000 /s);
  });

  it.each([
    ['neither a checkpoint nor a configuration', [], /export wants a --checkpoint, or a --configuration/],
    ['both', ['--checkpoint', 'run', '--configuration', '1b'], /cannot be used with option '--checkpoint/],
    [
      'another architecture than the checkpoint',
      ['--checkpoint', 'run', '--arch', 'gpt'],
      /cannot be used with/,
    ],
    ['an unknown configuration', ['--configuration', '7b'], /Allowed choices are 0\.5b, 1b/],
  ])('refuse %s', async (_, options, message) => {
    const { code, stderr } = await runHosted(['export', '--out', 'x', ...options], folder.path);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(await readdir(folder.path)).not.toContain('x');
  });

  it('leave a folder that is not empty alone, or replace the whole of an earlier export', async () => {
    const out = join(folder.path, 'used');
    const given = ['export', '--checkpoint', run, '--out', out];
    expect((await runHosted(given, folder.path)).code).toBe(0);
    await writeFile(join(out, 'ckpt.pt'), 'of an earlier run');
    await writeFile(join(out, 'notes.txt'), 'mine');
    const before = (await readdir(out)).sort();
    const refused = await runHosted([...given, '--layout', 'released'], folder.path);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toBe(
      `ngpt: ${out} is not empty: it has ckpt.pt and 8 more; choose another folder, or --force, which replaces what an export writes and leaves the rest\n`,
    );
    expect((await readdir(out)).sort()).toEqual(before);
    const forced = await runHosted([...given, '--layout', 'released', '--force'], folder.path);
    expect([forced.code, forced.stderr]).toEqual([0, '']);
    expect((await readdir(out)).sort()).toEqual(
      [
        ...['data', 'from_ckpt.py', 'model.safetensors', 'model_args.json', 'notes.txt'],
        ...['optimizer.safetensors', 'run.sh', 'to_ckpt.py', 'train_rotary.py'],
      ].sort(),
    );
    await runHosted([...given, '--force'], folder.path);
    expect((await readdir(out)).sort()).toEqual(before.filter((name) => name !== 'ckpt.pt'));
  });

  it('say which rotary embedding was assumed', async () => {
    await runHosted(['export', '--checkpoint', run, '--out', exported, '--force'], folder.path);
    const path = join(exported, 'model_args.json');
    const { rope, ...args } = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify(args));
    const given = ['import', '--model', join(exported, 'model.safetensors'), '--args', path];
    const rest = ['--data', exported, '--out', join(folder.path, 'assumed.safetensors')];
    const { code, stdout, stderr } = await runHosted([...given, ...rest], folder.path);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\n.* taken for --rope released.*; --rope rotary otherwise\.\n$/);
    const told = await runHosted([...given, ...rest, '--rope', rope, '--force'], folder.path);
    expect(told.stdout).toMatch(/^Wrote .*, an nGPT after step 0\.\n$/);
  });

  it('say in one line what is wrong', async () => {
    const missing = await runHosted(['export', '--checkpoint', 'nowhere', '--out', exported], folder.path);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/^ngpt: .*nowhere.*\n$/);
    const args = join(folder.path, 'text.txt');
    const given = ['--model', args, '--args', args, '--data', 'text.txt', '--out', 'x/c.safetensors'];
    const broken = await runHosted(['import', ...given], folder.path);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/^ngpt: cannot read .*text\.txt: it is not valid JSON\n$/);
    expect(await readdir(folder.path)).not.toContain('x');
  });
});
