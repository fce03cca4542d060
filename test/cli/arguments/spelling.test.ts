import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, type Option } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { respell } from '../../../src/cli/arguments/spelling.js';
import { addEvalCommand } from '../../../src/cli/eval/eval.js';
import { addExportCommands } from '../../../src/cli/export/export.js';
import { addSampleCommand } from '../../../src/cli/sample/sample.js';
import { addTrainCommand } from '../../../src/cli/train/train.js';
import { addVerifyCommand } from '../../../src/cli/verify.js';
import { jsonLines, runHosted, SMALL_MODEL, testFolder } from '../../helpers/cli.js';

const folder = testFolder();

const program = new Command();
for (const add of [addTrainCommand, addSampleCommand, addEvalCommand, addExportCommands, addVerifyCommand]) {
  add(program);
}
const spelled = (...words: string[]) => respell(words, program);

/** An option as it is declared, and in one of the spellings that mean the same. */
function spellings({ long, required, negate }: Option): fc.Arbitrary<{ plain: string[]; given: string[] }> {
  const flag = long as string;
  const names = fc.constantFrom(flag, `--${flag.slice(2).replaceAll('-', '_')}`);
  if (!required) {
    const values = negate ? fc.constant('') : fc.constantFrom('', '=True', '=true');
    return fc.tuple(names, values).map(([name, value]) => ({ plain: [flag], given: [`${name}${value}`] }));
  }
  const values = fc.oneof(
    fc.constantFrom('', '-1', '--block_size', '-', 'a_b=c_d', '--', 'False'),
    fc.string(),
  );
  return fc.tuple(names, values, fc.boolean()).map(([name, value, joined]) => {
    const plain = joined ? [`${flag}=${value}`] : [flag, value];
    return { plain, given: joined ? [`${name}=${value}`] : [name, value] };
  });
}

describe('respell', () => {
  it('takes underscores and True for every option of every command, and leaves all values alone', () => {
    for (const command of program.commands) {
      const options = fc.array(fc.constantFrom(...command.options).chain(spellings));
      fc.assert(
        fc.property(options, (all) => {
          const given = spelled(command.name(), ...all.flatMap((each) => each.given));
          expect(given).toEqual([command.name(), ...all.flatMap((each) => each.plain)]);
          expect(respell(given, program)).toEqual(given);
        }),
      );
    }
  });

  it('switches off with False', () => {
    expect(spelled('train', '--qk_norm=False', '--tie-weights=false')).toEqual([
      'train',
      '--no-qk-norm',
      '--no-tie-weights',
    ]);
    expect(spelled('train', '--json=False', '--seed', '1')).toEqual(['train', '--seed', '1']);
    expect(() => spelled('train', '--qk_norm=maybe')).toThrow(
      /^--qk-norm is a switch: True or False, got 'maybe'$/,
    );
    expect(() => spelled('train', '--no_qk_norm=True')).toThrow(
      /^--no-qk-norm takes no value, .* --qk-norm=False$/,
    );
  });

  it('stops at --, and leaves what is no command of ours alone', () => {
    expect(spelled('verify', '--json=True', '--', '--json=True')).toEqual([
      'verify',
      '--json',
      '--',
      '--json=True',
    ]);
    expect(spelled('trian', '--n_layer=2')).toEqual(['trian', '--n_layer=2']);
    expect(spelled()).toEqual([]);
  });

  it("knows nanoGPT's names", () => {
    expect(spelled('train', '--dataset=my.txt')).toEqual(['train', '--data=my.txt']);
    expect(spelled('eval', '--out_dir', 'out')).toEqual(['eval', '--checkpoint', 'out']);
    expect(spelled('sample', '--start=--x', '--out_dir=out')).toEqual([
      'sample',
      '--prompt=--x',
      '--checkpoint=out',
    ]);
    expect(spelled('sample', '--start=FILE:a.txt', '--start', 'FILE:b')).toEqual([
      ...['sample', '--prompt-file=a.txt', '--prompt-file', 'b'],
    ]);
    expect(spelled('train', '--out_dir=out')).toEqual(['train', '--out-dir=out']);
  });

  it('takes what nanoGPT can say if it says what happens anyway, and nothing else', () => {
    const harmless = ['--device=cpu', '--compile=False', '--log_interval=1', '--dropout=0.0', '--bias=False'];
    expect(spelled('train', ...harmless, '--compile', '--seed', '1')).toEqual(['train', '--seed', '1']);
    const iters = ['--max_iters=5', '--lr_decay_iters=5'];
    expect(spelled('train', ...iters)).toEqual(['train', '--max-iters=5']);
    const refused = (...words: string[]) => expect(() => spelled('train', ...words));
    refused('--dropout', '0.1').toThrow(
      /^--dropout 0\.1 is not possible here: there is no dropout; leave it away$/,
    );
    refused('--bias=True').toThrow('no biases');
    refused('--device=cuda').toThrow('--backend gpu');
    refused('--dtype=bfloat16').toThrow('float32');
    refused('--decay_lr=False').toThrow('--lr-decay constant');
    refused('--eval_only=True').toThrow('ngpt eval');
    refused('--wandb_log=True').toThrow('leave it away');
    refused('--lr_decay_iters=5').toThrow('--max-iters');
    refused('--lr_decay_iters=5', '--max_iters', '6').toThrow('--max-iters');
    refused('--gradient_accumulation_steps=8', '--batch_size=4').toThrow(
      '--batch-size 32, and --grad-accumulation 8',
    );
    refused('--gradient_accumulation_steps=8').toThrow('--batch-size SIZE');
  });
});

describe("nanoGPT's command line", () => {
  it('works as it stands in its README', async () => {
    const data = join(folder.path, 'data', 'text');
    await mkdir(data, { recursive: true });
    const tokens = new Uint8Array(Uint16Array.from({ length: 200 }, (_, i) => i % 5).buffer);
    for (const split of ['train.bin', 'val.bin']) await writeFile(join(data, split), tokens);
    await writeFile(join(data, 'meta.json'), JSON.stringify({ vocab_size: 5, itos: [...'abcde'] }));
    const given =
      'train --dataset=text --device=cpu --compile=False --eval_iters=2 --log_interval=1 --block_size=16 ' +
      '--batch_size=4 --n_layer=2 --n_head=2 --n_embd=16 --max_iters=3 --lr_decay_iters=3 --dropout=0.0 ' +
      '--out_dir=out-text --qk_norm=False --json=True';
    const { code, stdout, stderr } = await runHosted(given.split(' '), folder.path);
    expect([code, stderr]).toEqual([0, '']);
    const [start] = jsonLines(stdout);
    const settings = { blockSize: 16, nLayer: 2, nHead: 2, nEmbd: 16, maxIters: 3, qkNorm: false };
    expect(start).toMatchObject({ ...settings, data: join('data', 'text') });
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'done', steps: 3 });
    const sample = await runHosted(['sample', '--out_dir=out-text', '--start=ab', '--top_k=1'], folder.path);
    expect([sample.code, sample.stderr]).toEqual([0, '']);
    expect(sample.stdout).toMatch(/^ab[a-e]{500}\n$/);
  });

  it.each([
    ['train --learning_rat=0.1', "unknown option '--learning-rat' (Did you mean --learning-rate?)"],
    ['train --lerning_rate 0.1', "unknown option '--lerning-rate' (Did you mean --learning-rate?)"],
    ['sample --checkpoint=none --promt=x', "unknown option '--promt' (Did you mean --prompt?)"],
    ['train --dropout=0.2', '--dropout 0.2 is not possible here: there is no dropout; leave it away'],
    ['train --qk_norm=2', "--qk-norm is a switch: True or False, got '2'"],
  ])('is refused in one line where it asks for what is not there: %s', async (words, message) => {
    const { code, stdout, stderr } = await runHosted([...words.split(' '), ...SMALL_MODEL], folder.path);
    expect([code, stdout, stderr]).toEqual([2, '', `ngpt: ${message}\n`]);
  });
});
