import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { built, jsonLines, runHosted, SMALL_MODEL, testFolder } from '../helpers/cli.js';

const folder = testFolder();
let work: string;

/** Everything in a folder and below. */
async function listing(path: string): Promise<string[]> {
  return (await readdir(path, { recursive: true })).sort();
}

beforeAll(async () => {
  work = join(folder.path, 'work');
  await mkdir(work);
  const write = (name: string, contents: string | Uint8Array) => writeFile(join(work, name), contents);
  await write('empty.txt', '');
  await write('short.txt', 'Call me Ishmael.');
  await write('long.txt', 'Call me Ishmael. '.repeat(60));
  await write('umlauts.txt', 'Call me Üßmael. '.repeat(60));
  await write('binary.dat', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1, 2));
  await write('latin1.txt', Uint8Array.of(0x63, 0x61, 0x66, 0xe9));
  await write('broken.safetensors', Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 0x7b));
  await write(
    'other.safetensors',
    Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode('{}      ')),
  );
  await mkdir(join(work, 'nothing'));
  await mkdir(join(work, 'tokens'));
  const tokens = new Uint8Array(Uint16Array.from({ length: 200 }, (_, i) => i % 20).buffer);
  await write('tokens/train.bin', tokens);
  await write('tokens/val.bin', tokens);
  await write('tokens/meta.json', JSON.stringify({ vocab_size: 19 }));
  const good = [
    'train',
    ...SMALL_MODEL,
    '--data',
    'long.txt',
    '--max-iters',
    '1',
    '--out-dir',
    'good',
    '--json',
  ];
  expect((await runHosted(good, work)).code).toBe(0);
  const args = { n_layer: 2, n_head: 2, n_embd: 16, block_size: 16, vocab_size: 10, use_nGPT: 1 };
  await write('args.json', JSON.stringify(args));
  await mkdir(join(work, 'damaged'));
  const whole = await readFile(join(work, 'good', 'checkpoint.safetensors'));
  // The last tensor is a moment, which no loss would betray.
  whole[whole.length - 1] ^= 1;
  await write('damaged/checkpoint.safetensors', whole);
  // What the step is, only the header says.
  const step = whole.indexOf('"step":"1"') + 8;
  whole[step] ^= 2;
  await write('other-step.safetensors', whole);
});

type Case = [what: string, args: string, message: RegExp];

const data: Case[] = [
  ['a missing file', '--data none.txt', /cannot read none\.txt: there is no such file or folder/],
  ['an empty file', '--data empty.txt', /empty\.txt is empty/],
  ['a binary file', '--data binary.dat', /binary\.dat is not a text file/],
  ['a file in Latin-1', '--data latin1.txt', /latin1\.txt is not a text file: it is not valid UTF-8/],
  ['a device', '--data /dev/null', /\/dev\/null is not a file/],
  [
    'a text shorter than a block',
    '--data short.txt',
    /short\.txt is too short: .* 14 tokens, a block of 64 needs/,
  ],
  [
    'a validation split shorter than a block',
    '--data long.txt --block-size 120',
    /validation split has 102 tokens/,
  ],
  ['a folder without tokens', '--data nothing', /nothing\/train\.bin: there is no such file/],
  [
    'tokens beyond the vocabulary',
    '--data tokens',
    /token 19 at position 19 does not fit the vocabulary of 19/,
  ],
  ['a tokenizer for a folder of tokens', '--data tokens --tokenizer char', /does not fit|brings its own/],
];

const options: Case[] = [
  [
    'heads that do not divide the embedding',
    '--n-embd 130 --n-head 4',
    /--n-embd must be a multiple of --n-head: 130 does not divide into 4 heads/,
  ],
  [
    'an odd head size',
    '--n-embd 20 --n-head 4',
    /head size --n-embd\/--n-head must be even for rotary embedding, got 20\/4 = 5/,
  ],
  ['a negative batch', '--batch-size -3', /: --batch-size must be a whole number of at least 1, got -3/],
  ['half a layer', '--n-layer 1.5', /: --n-layer must be a whole number of at least 1, got 1\.5/],
  ['no block', '--block-size 0', /: --block-size must be a whole number of at least 1, got 0/],
  ['a negative rate', '--learning-rate -0.1', /: --learning-rate must be a number of at least 0, got -0\.1/],
  ['NaN', '--learning-rate NaN', /--learning-rate .* 'NaN' is invalid\. Wants a number/],
  ['infinity', '--learning-rate 1e999', /: --learning-rate must be a number of at least 0, got Infinity/],
  ['a word', '--max-iters many', /--max-iters .* 'many' is invalid/],
  ['a number with a tail', '--seed 12abc', /--seed .* '12abc' is invalid/],
  ['half a seed', '--seed 1.5', /: --seed must be a whole number of at least 0, got 1\.5/],
  ['a first alpha of 0', '--alpha-init 0', /: --alpha-init must be a positive number, got 0/],
  ['an option without its value', '--max-iters', /--max-iters <count>' argument missing/],
  [
    'an unknown preset',
    '--preset gpt5',
    /--preset .* 'gpt5' is invalid\. Allowed choices are demo, nano-cpu/,
  ],
  ['an unknown architecture', '--arch bert', /--arch .* 'bert' is invalid/],
  ['an unknown backend', '--backend cuda', /--backend .* 'cuda' is invalid/],
  ['an unknown tokenizer', '--tokenizer words', /--tokenizer .* 'words' is invalid/],
  [
    'an unknown start',
    '--init-from gpt2',
    /: --init-from gpt2 is neither scratch nor resume, and there is no such file or folder$/m,
  ],
  [
    'to begin with the checkpoint of the same out-dir',
    '--init-from good/checkpoint.safetensors --out-dir ./good',
    /the out-dir \.\/good holds the checkpoint to begin with; give another --out-dir, or --init-from resume/,
  ],
  [
    'more layers than the checkpoint to begin with',
    '--init-from good --n-layer 3',
    /cannot begin with good with --n-layer 3: the checkpoint's model has 2$/m,
  ],
  [
    'longer blocks than the checkpoint to begin with',
    '--init-from good --block-size 17',
    /cannot begin with good with --block-size 17: the checkpoint's model has 16 at most$/m,
  ],
  [
    'another tokenizer than the checkpoint to begin with',
    '--init-from good --tokenizer gpt2',
    /cannot begin with good with --tokenizer gpt2: the checkpoint's model has char$/m,
  ],
  [
    'a text with other characters than the checkpoint to begin with',
    '--init-from good --data umlauts.txt',
    /umlauts\.txt: characters that are not in the vocabulary: "Ü" \(U\+00DC\), "ß" \(U\+00DF\)$/m,
  ],
  ['to begin with what is no checkpoint', '--init-from long.txt', /long\.txt: not a safetensors file/],
  ['an unknown option', '--momentum 0.1', /unknown option '--momentum'/],
  ['a stray word', 'please', /too many arguments/],
  [
    'more threads than rows',
    '--threads 13',
    /13 threads cannot share out a batch of 12; use fewer, or a larger --batch-size/,
  ],
  [
    'a model beyond all machines',
    '--n-embd 1e9',
    /--n-layer 4, --n-embd 1000000000 and --d-mlp 4000000000 make .* parameters; at most/,
  ],
  [
    'a batch beyond all machines',
    '--batch-size 1e12',
    /--batch-size 1000000000000 times --block-size 64 is out of range/,
  ],
  [
    'tangents without unit vectors',
    '--weight-norm never --riemannian',
    /--riemannian needs the unit vectors of --weight-norm step, got --weight-norm never/,
  ],
  [
    'an angle beyond half a turn',
    '--max-angle 9',
    /--max-angle must be an angle from 0 to π = 3\.14\d*, got 9/,
  ],
  [
    'eigen learning rates of gpt',
    '--arch gpt --alpha-init 0.1',
    /--alpha-init is for ngpt only; .* got 0\.1/,
  ],
  [
    'a seed beyond exact numbers',
    '--seed 1e16',
    /--seed .* and at most 9007199254740991, got 10000000000000000/,
  ],
  ['an evaluation without end', '--eval-iters 1e7', /--eval-iters must be at most 1000000, .* got 10000000/],
  ['an average that forgets nothing', '--beta2 1', /--beta2 must be at least 0 and below 1, got 1/],
  ['a minimum above the rate', '--min-lr 1', /--min-lr \(1\) is above --learning-rate/],
];

const nothing: Case[] = [
  ['no data', 'train --data ', /'--data <source\.\.\.>' argument '' is invalid\. Wants a name/],
  ['no out-dir', 'train --out-dir ', /'--out-dir <path>' argument '' is invalid\. Wants a name/],
  ['no checkpoint', 'eval --checkpoint ', /'--checkpoint <path>' argument '' is invalid\. Wants a name/],
];

const places: Case[] = [
  ['an out-dir that is a file', '--out-dir short.txt', /out-dir short\.txt: there is a file of that name/],
  [
    'an out-dir below a file',
    '--out-dir short.txt/run',
    /out-dir short\.txt\/run: a part of the path is not a folder/,
  ],
  ['an out-dir that cannot be made', '--out-dir /proc/none', /cannot write to the out-dir \/proc\/none/],
  ['nothing to resume', '--init-from resume', /out\/nano-cpu\/?.*: .*there is no such file or folder/],
  ['a broken checkpoint to resume', '--init-from resume --out-dir resume-broken', /there is no such file/],
  [
    'another model than to resume',
    '--init-from resume --out-dir good --n-layer 3',
    /cannot resume with --n-layer 3: .* has 2/,
  ],
  [
    'another tokenizer than to resume',
    '--init-from resume --out-dir good --tokenizer gpt2',
    /cannot resume with --tokenizer gpt2: .* has char/,
  ],
];

const DAMAGED =
  /^ngpt: damaged\/checkpoint\.safetensors: the tensor 'optimizer\/v\/\S+' is damaged: its checksum does not match$/m;

const others: Case[] = [
  ['an unknown command', 'trian', /unknown command 'trian' \(Did you mean train\?\)/],
  ['help for an unknown command', 'help smaple', /unknown command 'smaple' \(Did you mean sample\?\)/],
  ['help for a word', 'help bogus', /unknown command 'bogus'$/m],
  [
    'eval on a text that is too short',
    'eval --checkpoint good --data short.txt',
    /short\.txt is too short: its validation split has 2 tokens, a block of 16 needs at least 17/,
  ],
  [
    'verify of a checkpoint',
    'verify good/checkpoint.safetensors',
    /checkpoint\.safetensors: this is a checkpoint, not a reference run$/m,
  ],
  ['eval without a checkpoint', 'eval', /required option '--checkpoint <path>' not specified/],
  ['eval of a missing checkpoint', 'eval --checkpoint none', /none: cannot read it: there is no such file/],
  [
    'eval of a folder without one',
    'eval --checkpoint nothing',
    /nothing\/checkpoint\.safetensors: cannot read it/,
  ],
  ['eval of a broken checkpoint', 'eval --checkpoint broken.safetensors', /broken\.safetensors: .* cut off/],
  ...['eval', 'sample', 'export --out exported', 'train --init-from resume --out-dir'].map(
    (command): Case => [
      `${command} of a damaged checkpoint`,
      command.startsWith('train') ? `${command} damaged` : `${command} --checkpoint damaged`,
      DAMAGED,
    ],
  ),
  ['verify of a damaged checkpoint', 'verify damaged/checkpoint.safetensors', DAMAGED],
  [
    'eval of a checkpoint that counts other steps',
    'eval --checkpoint other-step.safetensors',
    /^ngpt: other-step\.safetensors: the header is damaged: its checksum does not match$/m,
  ],
  [
    'import of a damaged model',
    'import --model damaged/checkpoint.safetensors --args args.json --data long.txt --out imported.safetensors',
    DAMAGED,
  ],
  ['eval of another safetensors file', 'eval --checkpoint other.safetensors', /not a SphereGrad checkpoint/],
  ['eval of a text', 'eval --checkpoint long.txt', /long\.txt: not a safetensors file/],
  [
    'eval on blocks longer than the split',
    'eval --checkpoint good --block-sizes 16,1000000000',
    /validation split has \d+ tokens, a block of 1000000000 needs at least 1000000001$/m,
  ],
  [
    'eval on blocks of 0',
    'eval --checkpoint good --block-sizes 16,0',
    /: --block-sizes must be a whole number/,
  ],
  [
    'eval on half a block',
    'eval --checkpoint good --block-sizes 1.5',
    /: --block-sizes must be a whole number/,
  ],
  ['eval on a size twice', 'eval --checkpoint good --block-sizes 16,8,16', /: --block-sizes has 16 twice$/m],
  ['eval on no sizes', 'eval --checkpoint good --block-sizes 8,', /'8,' is invalid\. Wants a number/],
  [
    'inspect on a text that is too short',
    'inspect --checkpoint good --data short.txt',
    /short\.txt is too short: its validation split has 2 tokens, a block of 16 needs at least 17/,
  ],
  ['inspect of no blocks', 'inspect --checkpoint good --blocks 0', /: --blocks must be a whole number of at/],
  ['inspect of half a block', 'inspect --checkpoint good --blocks 1.5', /: --blocks must be a whole number/],
  ['inspect without end', 'inspect --checkpoint good --blocks 1e7', /: --blocks must be .* at most 1000000/],
  ['inspect of a damaged checkpoint', 'inspect --checkpoint damaged', DAMAGED],
  ['eval without batches', 'eval --checkpoint good --eval-iters 0', /: --eval-iters must be a whole number/],
  ['eval without end', 'eval --checkpoint good --eval-iters 1e7', /: --eval-iters must be at most 1000000/],
  [
    'eval of the whole split and of some batches',
    'eval --checkpoint good --full --eval-iters 100',
    /: --full takes the whole split; it does not go with --eval-iters/,
  ],
  ['eval with a huge seed', 'eval --checkpoint good --seed 1e16', /: --seed .* at most 9007199254740991/],
  ['sample with a huge seed', 'sample --checkpoint good --seed 1e16', /: --seed .* at most 9007199254740991/],
  ['eval with a negative seed', 'eval --checkpoint good --seed -1', /: --seed must be a whole number/],
  [
    'eval on other characters',
    'eval --checkpoint good --data moby-dick',
    /not in the vocabulary: "O" \(U\+004F\).* and 69 more/,
  ],
  [
    'sample on other characters',
    'sample --checkpoint good --prompt Zß',
    /vocabulary: "Z" \(U\+005A\), "ß" \(U\+00DF\)/,
  ],
  [
    'sample with a negative temperature',
    'sample --checkpoint good --temperature -1',
    /: --temperature must be/,
  ],
  [
    'sample with two prompts',
    'sample --checkpoint good --prompt a --prompt-file long.txt',
    /: give either --prompt or --prompt-file$/m,
  ],
  [
    'sample from no file',
    'sample --checkpoint good --prompt-file none.txt',
    /cannot read none\.txt: there is/,
  ],
  [
    'no samples',
    'sample --checkpoint good --num-samples 0',
    /: --num-samples must be a whole number of at least 1/,
  ],
  [
    'more samples than seeds',
    'sample --checkpoint good --num-samples 2 --seed 9007199254740991',
    /: after --seed 9007199254740991 there are not --num-samples 2 seeds; give a smaller one$/m,
  ],
  ['sample with half a top-k', 'sample --checkpoint good --top-k 0.5', /: --top-k must be a whole number/],
  ['sample with top-p 0', 'sample --checkpoint good --top-p 0', /: --top-p must be/],
  [
    'sample with a negative length',
    'sample --checkpoint good --max-new-tokens -1',
    /: --max-new-tokens must be/,
  ],
];

describe('bad input is one clear line, exit code 2 and nothing written', () => {
  const asTrain = (cases: Case[]): Case[] =>
    cases.map(([what, args, message]) => [what, `train ${args}`, message]);

  // One after another: a command that looks into an out-dir holds its lock, which the others would see.
  it.each([...asTrain(data), ...asTrain(options), ...asTrain(places), ...nothing, ...others])(
    '%s',
    async (_, args, message) => {
      const before = await listing(work);
      const { code, stdout, stderr } = await runHosted(args.split(' '), work);
      expect(stderr).toMatch(/^ngpt: [^\n]+\n$/);
      expect(stderr).toMatch(message);
      expect([code, stdout]).toEqual([2, '']);
      expect(await listing(work)).toEqual(before);
    },
  );

  it('leaves an older checkpoint in the out-dir alone', async () => {
    const path = join(work, 'good', 'checkpoint.safetensors');
    const before = await readFile(path);
    const { code } = await runHosted(['train', '--data', 'empty.txt', '--out-dir', 'good'], work);
    expect(code).toBe(2);
    expect(await readFile(path)).toEqual(before);
  });
});

describe('what is odd but right', () => {
  it('shows help and ends well', async () => {
    for (const args of [['--help'], ['train', '--help'], ['help'], ['help', 'sample'], ['help', 'help']]) {
      const { code, stdout, stderr } = await runHosted(args, work);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Usage: ngpt/);
    }
  });

  it('knows its version', async () => {
    const { version } = JSON.parse(await readFile(built('../package.json'), 'utf8'));
    expect(await runHosted(['--version'], work)).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  it('tells the defaults of the options', async () => {
    const { stdout } = await runHosted(['train', '--help'], work);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain('--n-embd <size> embedding dimension (default: 128)');
    expect(text).toContain('--learning-rate <rate> after the warm-up (default: ngpt 0.01, gpt 0.003)');
    expect(text).toContain('--weight-decay <rate> of matrices (default: ngpt 0, gpt 0.1)');
    const withValue = text.split(' --').filter((option) => option.includes('<'));
    expect(withValue.length).toBeGreaterThan(20);
    for (const option of withValue) expect(option).toContain('default');
  });

  it('takes a run without steps', async () => {
    const args = [
      'train',
      ...SMALL_MODEL,
      '--max-iters',
      '0',
      '--out-dir',
      join(folder.path, 'none'),
      '--json',
    ];
    const { code, stdout } = await runHosted(args, work);
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'done', steps: 0, checkpoint: null });
  });
});
