/** Code as users compile it: against the build, as strictly as they like. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built } from './cli.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the compiler has against files of that code in `folder`, under `strict` and what is given besides. */
export function complaints(
  folder: string,
  files: readonly { name: string; code: string }[],
  strictness: object,
): string {
  const path = join(folder, Object.keys(strictness).join('-') || 'strict');
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
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', path], { encoding: 'utf8' });
  return stdout + stderr;
}
