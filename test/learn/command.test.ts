/** `npm run learn` as readers run it, on copies in a folder of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Beside `learn/mine`, which a reader may have: the imports of a copy lead to the source from there. */
const MINE = `mine-test-${process.pid}`;
const COPY = `learn/${MINE}/01-scalar-engine.ts`;
const SOLUTION = readFileSync('learn/01-scalar-engine/solution.ts', 'utf8');

beforeEach(() => {
  mkdirSync(`learn/${MINE}`, { recursive: true });
});
afterEach(() => rmSync(`learn/${MINE}`, { recursive: true, force: true }));

function start(...args: string[]): ChildProcess {
  const main = 'learn/exercises/node/main.ts';
  return spawn(process.execPath, ['--import', 'tsx', main, '--mine', MINE, ...args]);
}

async function learn(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(...args);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => {
    stdout += text;
  });
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** What the reader's copy of the first exercise becomes of, once it says `text`. */
function tryOut(text: string, ...args: string[]): ReturnType<typeof learn> {
  writeFileSync(COPY, text);
  return learn('1-1', ...args);
}

describe('npm run learn', () => {
  it('gives out an exercise, and says which check asks for what, where', async () => {
    const { code, stdout, stderr } = await learn('1-1');
    expect(stderr).toBe('');
    expect(stdout).toContain(`Copied to ${COPY}`);
    expect(stdout).toMatch(
      /✗ tanh has the value of Math\.tanh\n {4}tanh is yours to write \(learn\/mine-test-\d+\/.*\.ts:\d+\)/,
    );
    expect(stdout.match(/yours to write/g)).toHaveLength(1);
    expect(stdout).toMatch(/0 of 5 pass\. Edit learn\/mine-test-.*; docs\/learn\/01-scalar-engine\.md/);
    expect(code).toBe(1);
    expect(readFileSync(COPY, 'utf8')).toBe(readFileSync('learn/01-scalar-engine/exercise.ts', 'utf8'));
  });

  it('keeps what the reader wrote, and ticks it', async () => {
    const half = SOLUTION.replace('-y / b.value', 'y / b.value');
    const { code, stdout } = await tryOut(half);
    expect(stdout).toMatch(
      /✓ div has the value of a \/ b\n.*✗ div has both derivatives\n +∂\(a\/b\)\/∂b at a = 3.* is 0\.1875.*wanted -?0\.1875/,
    );
    expect(code).toBe(1);
    expect(readFileSync(COPY, 'utf8')).toBe(half);
    const solved = await tryOut(SOLUTION);
    expect(solved).toMatchObject({ code: 0, stdout: expect.stringMatching(/Solved\.\n$/) });
    expect(solved.stdout).not.toContain('✗');
  });

  it('runs the solution without touching a copy', async () => {
    expect(await learn('01-scalar-engine', '--solution')).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(COPY)).toBe(false);
  });

  it('begins anew and keeps the old copy', async () => {
    const { stdout } = await tryOut(SOLUTION, '--reset');
    expect(stdout).toContain(`What you had is in ${COPY}.bak.`);
    expect(readFileSync(`${COPY}.bak`, 'utf8')).toBe(SOLUTION);
    expect(readFileSync(COPY, 'utf8')).toContain('yoursToWrite');
  });

  it('lists what is solved', async () => {
    writeFileSync(COPY, SOLUTION);
    const { code, stdout } = await learn();
    expect(stdout).toMatch(/^01-scalar-engine +An engine for scalars +✓ solved$/m);
    expect(stdout).toMatch(/^01-scalar-engine-2 +An engine for scalars +not begun$/m);
    expect(code).toBe(0);
  });

  it('runs again after a save', async () => {
    writeFileSync(COPY, SOLUTION.replace('1 - y * y', 'y'));
    const child = start('1-1', '--watch');
    let stdout = '';
    const says = (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => stdout.includes(text) && resolve();
        child.stdout?.on('data', look);
        look();
      });
    child.stdout?.on('data', (text) => {
      stdout += text;
    });
    await says('Watching');
    expect(stdout).toContain('3 of 5 pass');
    writeFileSync(COPY, SOLUTION);
    await says('Solved.');
    child.kill('SIGINT');
  });
});

describe('what goes wrong in the reader’s file is said in a line', () => {
  it.each([
    ['a syntax error', 'export function tanh( {', /^ {4}learn\/.*01-scalar-engine\.ts:1:\d+: .+$/m],
    [
      'an import of nothing',
      "import { nothing } from '../../src/index.js';\nnothing;",
      /cannot be loaded: SyntaxError: .*nothing/,
    ],
    [
      'an error at its top level',
      'null.x;\nexport {};',
      /01-scalar-engine\.ts:1 cannot be loaded: TypeError/,
    ],
    ['no export of that name', 'export {};', /the exercise exports no tanh/],
    [
      'an error of JavaScript',
      SOLUTION.replace('Math.tanh', 'Math.tan.h'),
      /TypeError: Math\.tan\.h is not a function \(learn\/.*\.ts:\d+\)/,
    ],
    [
      'what is thrown and no error',
      "export const tanh = () => { throw 'up'; };\nexport const div = tanh;",
      /up was thrown/,
    ],
    [
      'an end of the process',
      SOLUTION.replace('return', 'process.exit(3); return'),
      /the check 'tanh has the value of Math.tanh' ended the process \(exit code 3\)/,
    ],
  ])('%s', async (_, text, says) => {
    const { code, stdout, stderr } = await tryOut(text);
    expect(stdout).toMatch(says);
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  it.each([
    [
      'a check',
      SOLUTION.replace('return', 'for (;;);\n  return'),
      /the check 'tanh has the value of Math\.tanh' did not end within 5 s/,
    ],
    ['the file', 'for (;;);\n', /loading learn\/.*\.ts did not end within 5 s/],
  ])('a loop that never ends in %s', async (_, text, says) => {
    const { code, stdout } = await tryOut(text, '--limit', '5');
    expect(stdout).toMatch(says);
    expect(stdout).toContain('0 of 5 pass');
    expect(code).toBe(1);
  });
});

describe('a command that makes no sense', () => {
  it.each([
    [['77'], /^learn: there is no exercise '77'; npm run learn lists them\n$/],
    [['1-3'], /there is no exercise '1-3'/],
    [['\u001b[2J'], /there is no exercise '\uFFFD\[2J'/],
    [['--bogus'], /^learn: unknown option '--bogus'\n$/],
    [['1', '--limit', '0'], /^learn: .*above 0/],
  ])('%j', async (args, says) => {
    const { code, stdout, stderr } = await learn(...args);
    expect(stderr).toMatch(says);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
