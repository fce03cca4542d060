/** The snippets of the documents as users compile them: against the build, as strictly as they like. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { built, testFolder } from './helpers/cli.js';

const folder = testFolder();
const root = fileURLToPath(new URL('../', import.meta.url));
const DOCUMENTS = ['README.md', 'docs/derivatives.md', 'docs/gpu.md', 'docs/memory.md'];

const snippets = DOCUMENTS.flatMap((document) =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code], i) => ({
    name: `${document.replace(/\W/g, '-')}-${i}.ts`,
    code,
  })),
);

/** What the compiler has against files of that code, under `strict` and what is given besides. */
function complaints(files: readonly { name: string; code: string }[], strictness: object): string {
  const path = join(folder.path, Object.keys(strictness).join('-') || 'strict');
  mkdirSync(path, { recursive: true });
  for (const { name, code } of files) writeFileSync(join(path, name), code);
  const compilerOptions = {
    ...{ target: 'ES2022', module: 'NodeNext', lib: ['ES2023', 'DOM'], noEmit: true, strict: true },
    ...{ typeRoots: [join(root, 'node_modules/@types')], types: ['node'] },
    paths: { spheregrad: [built('index.d.ts')], 'spheregrad/training': [built('training/node/index.d.ts')] },
    ...strictness,
  };
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(path, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', path], { encoding: 'utf8' });
  return stdout + stderr;
}

describe('snippets of the documents compile', () => {
  it.each([[{}], [{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true }]])(
    'under strict and %j',
    (strictness) => {
      expect(snippets.length).toBeGreaterThan(4);
      expect(complaints(snippets, strictness)).toBe('');
    },
  );

  it('and the compiler would say so if they did not', () => {
    const code = "import { tensor } from 'spheregrad';\nexport const x: string = [tensor(1)][0];\n";
    expect(complaints([{ name: 'wrong.ts', code }], { noUnusedLocals: true })).toMatch(/wrong\.ts.*Tensor/);
  });
});
