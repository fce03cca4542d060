/** The modules that code in a page may import, by the paths that exercises import them by from `learn/NN-name/`. */
import { modules } from 'virtual:reader-modules';

type Module = Readonly<Record<string, unknown>>;

/** All modules that a text imports, loaded, by the names that it has for them. @throws Error that names the one there is none of. */
export async function modulesFor(names: Iterable<string>): Promise<ReadonlyMap<string, Module>> {
  const loaded = [...new Set(names)].map(async (name) => [name, await moduleNamed(name)] as const);
  return new Map(await Promise.all(loaded));
}

export async function moduleNamed(name: string): Promise<Module> {
  const load = modules[pathOf(name)];
  if (load === undefined) throw new Error(`there is no module '${name}' in this page`);
  return load();
}

/** The file below the root of the repository. */
function pathOf(name: string): string {
  if (name === 'spheregrad') return 'src/index.ts';
  const [, layer] = name.match(/^spheregrad\/(\w+)$/) ?? [];
  if (layer !== undefined) return `src/${layer}/index.ts`;
  return name
    .replace(/^\.\.\/\.\.\//, '')
    .replace(/^\.\.\//, 'learn/')
    .replace(/\.js$/, '.ts');
}
