/** The snippets of the documents as users compile them. */
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from './helpers/cli.js';
import { complaints, isOlder } from './helpers/compile.js';
import { examplesOf } from './helpers/examples.js';

const folder = testFolder();
const DOCUMENTS = [
  'README.md',
  'docs/derivatives.md',
  'docs/gpu.md',
  'docs/memory.md',
  'docs/pytorch.md',
  'docs/reference.md',
];
const CHAPTERS = readdirSync('docs/learn')
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/learn/${name}`);

const snippets = [...DOCUMENTS, ...CHAPTERS].flatMap((document) =>
  examplesOf(readFileSync(document, 'utf8'), CHAPTERS.includes(document) ? ['ts run'] : undefined).map(
    (code, i) => ({
      name: `${document.replace(/\W/g, '-')}-${i}.ts`,
      code,
    }),
  ),
);

describe('snippets of the documents compile', () => {
  it.each([[{}], [{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true }]])(
    'under strict and %j',
    (strictness) => {
      expect(snippets.length).toBeGreaterThan(4);
      expect(complaints(folder.path, snippets, strictness)).toBe('');
    },
  );

  it('and the compiler would say so if they did not', () => {
    const code = "import { tensor } from 'spheregrad';\nexport const x: string = [tensor(1)][0];\n";
    const files = [{ name: 'wrong.ts', code }];
    expect(complaints(folder.path, files, { noUnusedLocals: true })).toMatch(/wrong\.ts.*Tensor/);
  });
});

it('a build is old when a source was written after it', () => {
  const [build, source] = ['build', 'source'].map((name) => join(folder.path, name));
  const write = (file: string, seconds: number) => {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '');
    utimesSync(file, seconds, seconds);
  };
  write(join(source, 'tensor/ops.ts'), 1000);
  write(join(source, 'index.ts'), 900);
  write(join(source, 'notes.md'), 2000);
  write(join(build, 'index.d.ts'), 950);
  expect(isOlder(build, source)).toBe(true);
  write(join(build, 'tensor/ops.d.ts'), 1001);
  expect(isOlder(build, source)).toBe(false);
});
