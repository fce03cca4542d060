/** Every program of examples/ runs by its one command, and has learned what it shows. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type Result,
  type RunningCommand,
  runCli,
  SMALL_MODEL,
  startScript,
  testFolder,
} from '../helpers/cli.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = testFolder();

type Example =
  | 'char-gpt'
  | 'classifier'
  | 'custom-op'
  | 'finetune'
  | 'newton'
  | 'ngpt'
  | 'regression'
  | 'sphere-autoencoder'
  | 'xor';

/** As `npx tsx examples/NAME.ts` does, in a folder of its own. */
function start(name: Example, args: readonly string[] = []): RunningCommand {
  const tsx = import.meta.resolve('tsx');
  const environment = { TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') };
  const program = join(root, 'examples', `${name}.ts`);
  return startScript('--import', [tsx, program, ...args], folder.path, undefined, environment);
}

/** The numbers that `pattern` finds in groups, everywhere. */
function numbers(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(new RegExp(pattern, 'g'))].flatMap(([, ...groups]) => groups.map(Number));
}

/** What each has to have learned, far from what it would print with a derivative that is wrong. */
const LEARNED: Readonly<Record<Example, { readonly args?: readonly string[]; check(stdout: string): void }>> =
  {
    xor: {
      check: (stdout) => {
        const probabilities = numbers(stdout, /probability ([\d.]+)/);
        expect(probabilities.map(Math.round)).toEqual([0, 1, 1, 0]);
        for (const each of probabilities) expect(Math.abs(each - 0.5)).toBeGreaterThan(0.45);
      },
    },
    regression: {
      check: (stdout) => {
        const [points, network] = numbers(stdout, /the points ([\d.]+), the network ([\d.]+)/);
        expect(network).toBeLessThan(0.75 * points);
        const picture = readFileSync(join(folder.path, 'out/regression.svg'), 'utf8');
        expect(picture).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
        expect(picture.match(/<circle/g)).toHaveLength(80);
        // The curve and what the network makes of it, of 201 points each.
        const lines = [...picture.matchAll(/ d="([^"]*)"/g)].filter(([, d]) => d.split('L').length === 201);
        expect(lines).toHaveLength(2);
        expect(picture).not.toContain('NaN');
      },
    },
    classifier: {
      check: (stdout) => {
        const [seen, , heldOut, of] = numbers(stdout, /(\d+) of (\d+) right/);
        expect(seen).toBeGreaterThanOrEqual(114);
        expect(heldOut / of).toBeGreaterThanOrEqual(0.9);
      },
    },
    'char-gpt': {
      args: ['50'],
      check: (stdout) => {
        const losses = numbers(stdout, /loss ([\d.]+) nats/);
        // The frequencies of characters alone give 3.1.
        expect(losses[1]).toBeLessThan(2.9);
        expect(stdout.split('\n\n').at(1)).toMatch(/^CHAPTER 1\. /);
      },
    },
    ngpt: {
      args: ['50'],
      check: (stdout) => {
        expect(numbers(stdout, /loss ([\d.]+) nats/)[1]).toBeLessThan(2.9);
        expect(stdout).toContain('\nCHAPTER 1. ');
      },
    },
    'custom-op': {
      check: (stdout) => {
        for (const error of numbers(stdout, /error ([\d.e-]+)/)) expect(error).toBeLessThan(1e-9);
        expect(stdout).toContain('gradcheck: input 0 [5], element 0: the derivative is -55.24');
        const [wild, , robust, height] = numbers(stdout, /y = ([\d.]+) x − ([\d.]+)/);
        expect(Math.abs(wild - 2)).toBeGreaterThan(0.1);
        expect(Math.abs(robust - 2)).toBeLessThan(0.05);
        expect(Math.abs(height - 1)).toBeLessThan(0.05);
      },
    },
    newton: {
      check: (stdout) => {
        const [steps] = numbers(stdout, /after (\d+) steps, with/);
        expect(steps).toBeLessThanOrEqual(8);
        expect(numbers(stdout, /differ by ([\d.e-]+)/)[0]).toBeLessThan(1e-4);
        const gradients = numbers(stdout, /\|gradient\| ([\d.e-]+)/);
        // Near the end each step has at least the square of the error before.
        expect(gradients.at(-1)).toBeLessThan(0.01 * gradients.at(-2)!);
      },
    },
    'sphere-autoencoder': {
      check: (stdout) => {
        const [error, chance] = numbers(stdout, /: ([\d.]+)° apart; by chance ([\d.]+)°/);
        expect(error).toBeLessThan(6);
        expect(chance).toBeGreaterThan(30);
      },
    },
    finetune: {
      args: [join(root, 'docs/training.md'), '40'],
      check: (stdout) => {
        expect(stdout).toContain('begins with a small model, 40 steps');
        const [before, , after] = numbers(stdout, /loss ([\d.]+) nats on what is held out, ([\d.]+)/);
        expect(before).toBeLessThan(3.1);
        expect(after).toBeLessThan(before - 0.15);
      },
    },
  };

it('lists every program', () => {
  const programs = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'));
  expect(programs.map((name) => name.replace('.ts', ''))).toEqual(Object.keys(LEARNED).sort());
  const readme = readFileSync(join(root, 'examples/README.md'), 'utf8');
  for (const name of programs) expect(readme).toContain(`npx tsx examples/${name}`);
});

describe.concurrent('examples', () => {
  for (const [name, { args, check }] of Object.entries(LEARNED)) {
    it(`${name} learns`, { timeout: 300_000 }, async () => {
      const { code, stdout, stderr } = await start(name as Example, args).result;
      expect([code, stderr]).toEqual([0, '']);
      check(stdout);
    });
  }
});

describe('what is wrong ends in one line and code 2', () => {
  const refused = ({ code, stdout, stderr }: Result) => {
    expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2]);
    return stderr;
  };

  it.each(['ngpt', 'char-gpt'] as const)('%s of so many steps', async (name) => {
    expect(refused(await start(name, ['many']).result)).toBe(
      `${name}.ts: the number of steps must be whole and above 0, got many\n`,
    );
  });

  it('finetune on what is not there, and in no steps', async () => {
    expect(refused(await start('finetune', ['no/such.txt']).result)).toContain('cannot read no/such.txt');
    writeFileSync(join(folder.path, 'own.txt'), 'My own text. ');
    expect(refused(await start('finetune', ['own.txt', '0']).result)).toContain('got 0');
  });
});

it('Ctrl-C ends the training of ngpt, which then writes', async () => {
  const { child, result, stdoutHas } = start('ngpt', ['100000']);
  await stdoutHas('parameters');
  child.kill('SIGINT');
  const { code, stdout } = await result;
  expect(code).toBe(0);
  const [, written] = stdout.match(/\n\n(CHAPTER 1\. [\s\S]*)\n$/) ?? [];
  expect(written).toHaveLength(300);
});

it('finetune begins with what a run left in out/demo', async () => {
  await runCli(['train', ...SMALL_MODEL, '--max-iters', '3', '--out-dir', 'out/demo'], folder.path);
  const { code, stdout } = await start('finetune', [join(root, 'README.md'), '3']).result;
  expect([code, stdout.split('\n')[0]]).toEqual([0, 'begins with out/demo/checkpoint.safetensors']);
  expect(numbers(stdout, /loss ([\d.]+) nats on/)).toHaveLength(2);
});
