import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spheregrad-heads-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the check of documents says of a tree of these files. */
function problemsOf(files: Record<string, string>): string[] {
  for (const [name, text] of Object.entries({ 'package.json': '{}', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { stderr } = spawnSync('node', ['scripts/check-docs.mjs', folder], { encoding: 'utf8' });
  return stderr.trim().split('\n').filter(Boolean);
}

const CHAPTER = 'docs/learn/01-tape.md';
const HEAD = `/** Numbers. Explained in ${CHAPTER}. */\n`;
const TWO = 'export const a = 1;\nexport const b = 2;\n';
const KERNEL = 'src/tensor/backends/wasm/assembly/sum.ts';

it('passes a first comment, and the doc comment of the only thing that a file exports', () => {
  const files = {
    'src/imports.ts': `${HEAD}import './a.js';\n\n${TWO}`,
    'src/exports.ts': `${HEAD}export * from './a.js';\n`,
    'src/documented.ts': `${HEAD}\n/** A. */\n${TWO}`,
    'src/private.ts': `${HEAD}\nconst a = 1;\nexport const b = a;\nexport const c = a;\n`,
    'src/program.ts': `#!/usr/bin/env node\n${HEAD}import './a.js';\n`,
    'src/directive.ts': `// biome-ignore-all lint: why\n${HEAD}import './a.js';\n`,
    'src/only.ts': `import './a.js';\n\nconst MOST = 1;\ninterface A {}\n\n${HEAD}export const only = MOST;\n`,
    'src/overloads.ts': `${HEAD}export function f(): void;\nexport function f(a?: number): void {}\n`,
    'src/generated-table.ts': TWO,
    [KERNEL]: `// Sums. Explained in\n// ${CHAPTER} and docs/more.md.\n\nexport function sum(): void {}\n${TWO}`,
    'learn/line.ts': `/** A line, of chapter 1. */\n\n${TWO}`,
    'test/a.test.ts': TWO,
    [CHAPTER]: '# Tape\n',
    'docs/more.md': '# More\n',
  };
  expect(problemsOf(files)).toEqual([]);
});

it('fails on files that do not begin with what they are for', () => {
  const without = {
    'bench/bare.ts': TWO,
    'examples/bare.ts': `import './a.js';\n`,
    'learn/bare.ts': `/** Of a. */\n${TWO}`,
    'src/another.ts': `/** Of b, which is not there for readers. */\nconst b = 1;\nexport const c = b;\nexport const d = b;\n`,
    'src/directive.ts': `// biome-ignore-all lint: why\nimport './a.js';\n`,
    'src/doc.ts': `${HEAD}\n${TWO}`,
    'src/import.ts': `// Why it is imported.\nimport './a.js';\n${TWO}`,
    'src/late.ts': `class Big {}\n\n${HEAD}export const only = new Big();\n`,
    'src/plain.ts': `export const only = 1; // one\n`,
    [KERNEL]: 'export function sum(): void {}\n',
  };
  expect(problemsOf(without).sort()).toEqual(
    Object.keys(without)
      .sort()
      .map((file) => `${file}: it has no head, a first comment that says what it is for`),
  );
});

it('fails on documents that heads name and are not there, and on other ways to name one', () => {
  const head = (words: string) => `/** Numbers. ${words} */\nimport './a.js';\n`;
  const files = {
    'src/gone.ts': head('Explained in docs/learn/02-gone.md.'),
    'src/second.ts': head(`Explained in ${CHAPTER}, docs/gone.md and docs/learn/02-gone.md.`),
    'src/see.ts': head(`See ${CHAPTER}.`),
    'src/number.ts': head('Chapter 1 explains them.'),
    [CHAPTER]: '# Tape\n',
  };
  const other = (file: string, words: string) =>
    `src/${file}: its head names ${words}; the form is \`Explained in FILE.md.\``;
  expect(problemsOf(files).sort()).toEqual([
    'src/gone.ts: its head names docs/learn/02-gone.md, which is not there',
    other('number.ts', 'Chapter 1'),
    'src/second.ts: its head names docs/gone.md, which is not there',
    'src/second.ts: its head names docs/learn/02-gone.md, which is not there',
    other('see.ts', CHAPTER),
  ]);
});

it('fails on chapters that no head names, and on files that do not say which chapter shows them', () => {
  const excerpt = (file: string) => `\`\`\`ts ${file} "const a"\nexport const a = 1;\n\`\`\`\n`;
  const files = {
    'src/a.ts': `/** Of chapters. Explained in docs/learn/03-shows.md. */\nexport const a = 1;\n`,
    'src/b.ts': `/** Of the same. */\nexport const a = 1;\n`,
    'src/c.ts': `/** Of the first. Explained in ${CHAPTER}. */\nexport const a = 1;\n`,
    [CHAPTER]: excerpt('src/a.ts') + excerpt('src/b.ts'),
    'docs/learn/02-alone.md': '# Alone\n',
    'docs/learn/03-shows.md': excerpt('src/a.ts') + excerpt('src/b.ts') + excerpt('src/c.ts'),
  };
  expect(problemsOf(files)).toEqual([
    'docs/learn/02-alone.md: no head of a file says that it is explained there',
    `src/b.ts: ${CHAPTER} and docs/learn/03-shows.md show it, but its head does not say so`,
    'src/c.ts: docs/learn/03-shows.md shows it, but its head does not say so',
  ]);
});
