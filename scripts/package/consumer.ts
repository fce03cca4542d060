/** The package as npm would publish it, and a folder in which it is installed. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Every path that programs import, such as `spheregrad/tensor`. */
export const SUBPATHS: readonly string[] = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => `spheregrad${path.slice(1)}`);

interface NpmPack {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

export interface Packed {
  readonly tarball: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly files: readonly string[];
}

/** What `npm publish` would send, written into `folder`. Packed from a copy there: `prepack` changes documents. */
export function pack(folder: string): Packed {
  const copy = join(folder, 'copy');
  for (const file of npmPack(root, '--dry-run').files) cpSync(join(root, file.path), join(copy, file.path));
  const documents = join(root, 'scripts/package/documents.mjs');
  execFileSync(process.execPath, [documents, 'prepack'], { cwd: copy });
  const { filename, size, files } = npmPack(copy, '--pack-destination', folder);
  rmSync(copy, { recursive: true });
  return { tarball: join(folder, filename), size, files: files.map(({ path }) => path) };
}

function npmPack(cwd: string, ...options: string[]): NpmPack {
  const args = ['pack', '--json', '--ignore-scripts', ...options];
  const [packed] = JSON.parse(
    execFileSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' }),
  ) as [NpmPack];
  return packed;
}

/**
 * Unpacks the tarball among the packages that it depends on, those of this repository: nothing is fetched, and what it
 * does not name, as gpu.js, is not found.
 */
export function install({ tarball }: Packed, folder: string): void {
  const own = join(folder, 'node_modules/spheregrad');
  mkdirSync(own, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', own, '--strip-components', '1']);
  // The types of Node are for programs in TypeScript.
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link, 'junction');
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
}
