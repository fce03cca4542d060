/** The package as npm would publish it, and a folder in which it is installed. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Every path that programs import, such as `spheregrad/tensor`. */
export const SUBPATHS: readonly string[] = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => `spheregrad${path.slice(1)}`);

export interface Packed {
  readonly tarball: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly files: readonly string[];
}

/** What `npm publish` would send, written into `folder`. */
export function pack(folder: string): Packed {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [{ filename, size, files }] = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }),
  ) as [{ filename: string; size: number; files: { path: string }[] }];
  return { tarball: join(folder, filename), size, files: files.map(({ path }) => path) };
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
