/** Code as users compile it: against the build, as strictly as they like. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLD_BUILD = 'dist is older than src: npm run build';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * What the compiler has against files of that code in `folder`, under `strict` and what is given besides; and first, if it
 * has something, where that may come of an old build.
 */
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
    paths: pathsOfPackage(),
    ...strictness,
  };
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(path, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', path], { encoding: 'utf8' });
  const said = stdout + stderr;
  return said !== '' && isOlder(join(root, 'dist'), join(root, 'src')) ? `${OLD_BUILD}\n${said}` : said;
}

/** Whether a file of `source` was written after the last one of `build`. */
export function isOlder(build: string, source: string): boolean {
  return lastWritten(build) < lastWritten(source);
}

function lastWritten(folder: string): number {
  const names = readdirSync(folder, { encoding: 'utf8', recursive: true });
  const times = names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => statSync(join(folder, name)).mtimeMs);
  return Math.max(...times);
}

/** What `spheregrad` and its subpaths stand for, as package.json says. */
function pathsOfPackage(): Record<string, string[]> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, { types?: string }>;
  };
  return Object.fromEntries(
    Object.entries(exports).map(([path, { types = path }]) => [
      `spheregrad${path.slice(1)}`,
      [join(root, types)],
    ]),
  );
}
