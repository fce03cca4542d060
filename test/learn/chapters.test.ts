/** What the chapters of the guided path show: code that a reader runs in place, and what programs print. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXERCISES, placeOf } from '../../learn/exercises/exercises.js';
import { blocksOf, runExample } from '../helpers/examples.js';

const CHAPTERS = readdirSync('docs/learn')
  .filter((name) => /^\d\d-.*\.md$/.test(name))
  .map((name) => ({ name: name.replace('.md', ''), text: readFileSync(`docs/learn/${name}`, 'utf8') }));
/** The fence of a program's output, or of some lines of it: ```text npx tsx learn/01-scalar-engine/xor.ts. */
const PROGRAM = /^text npx tsx (learn\/\S+\.ts)$/;

const blocks = CHAPTERS.flatMap(({ name, text }) => blocksOf(text).map((block) => ({ name, ...block })));
const runnable = blocks
  .filter(({ info }) => info === 'ts run')
  .map((block, i) => ({ ...block, title: `${block.name}, block ${i + 1}` }));
const shown = blocks.flatMap(({ info, code }) => {
  const [, program] = info.match(PROGRAM) ?? [];
  return program === undefined ? [] : [{ program, code }];
});

describe('code that runs in place', () => {
  it.each(runnable)('$title prints what it says', async ({ code }) => {
    const { wrong, printed } = await runExample(code);
    expect(wrong).toEqual([]);
    expect(printed.length).toBeGreaterThan(0);
  });

  it.each(runnable)('$title is short, complete and says what it prints', ({ code }) => {
    const statements = code.split('\n').filter((line) => line !== '' && !line.startsWith('//'));
    expect(statements.length).toBeLessThanOrEqual(15);
    const imports = [...code.matchAll(/from '([^']+)'/g)].map(([, from]) => from);
    expect(new Set(imports)).toEqual(new Set(['spheregrad']));
    expect(code).toMatch(/console\.log\([\s\S]*\n\/\/ /);
  });
});

/** Those whose head says how they are run; what is for Node alone writes pictures and trains for minutes. */
const offered = readdirSync('learn', { recursive: true, encoding: 'utf8' })
  .map((file) => `learn/${file.replaceAll('\\', '/')}`)
  .filter((file) => /^learn\/\d\d-[^/]*\/[^/]*\.ts$/.test(file))
  .filter((file) => readFileSync(file, 'utf8').slice(0, 500).includes(`npx tsx ${file}`));

describe('programs run, and print what the chapters show', () => {
  it.each([...new Set([...offered, ...shown.map(({ program }) => program)])])('%s', async (program) => {
    const printed = await run(program);
    expect(printed).not.toBe('');
    for (const { code } of shown.filter((each) => each.program === program)) expect(printed).toContain(code);
  });

  it('and every one of them is named in its chapter', () => {
    const unnamed = offered.filter((program) => {
      const text = CHAPTERS.find(({ name }) => program.startsWith(`learn/${name}/`))?.text;
      return !text?.includes(program.replace(/^.*\//, ''));
    });
    expect(unnamed).toEqual([]);
  });
});

describe('a chapter', () => {
  it.each(CHAPTERS)(
    '$name has its title, its exercises, what to remember, and the next',
    ({ name, text }) => {
      expect(text).toMatch(new RegExp(`^# ${Number(name.slice(0, 2))}\\. \\S`));
      expect(text.match(/^## (Exercises|What to remember)$/gm)).toEqual([
        '## Exercises',
        '## What to remember',
      ]);
      const offered = [...text.matchAll(/^<learn-exercise name="(.*)"><\/learn-exercise>$/gm)].map(
        ([, each]) => each,
      );
      expect(offered).toEqual(EXERCISES.filter((each) => placeOf(each).chapter === name));
      expect(offered.length).toBeGreaterThan(0);
      const [, index] =
        readFileSync('docs/learn/README.md', 'utf8').match(new RegExp(`\\((${name})\\.md\\)`)) ?? [];
      expect(index).toBe(name);
    },
  );

  it.each(CHAPTERS)(
    '$name has no formula that goes over the end of its line, where GitHub does not see it',
    ({ text }) => {
      const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
      const within = prose.replace(/\$\$[^$]*\$\$/g, '').split('\n');
      expect(within.filter((line) => (line.match(/\$/g) ?? []).length % 2 === 1)).toEqual([]);
    },
  );

  it('finds its words in a glossary that is sorted', () => {
    const words = [...readFileSync('docs/learn/glossary.md', 'utf8').matchAll(/^### (.*)$/gm)].map(
      ([, word]) => word,
    );
    expect(words).toEqual([...words].sort((a, b) => a.localeCompare(b, 'en')));
  });
});

/** What a program prints; what goes to stderr is an error. */
function run(program: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', program]);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) => (code === 0 && stderr === '' ? resolve(stdout) : reject(new Error(stderr))));
  });
}
