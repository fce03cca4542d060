// Fails on an import that points upwards, on Node in code that browsers run, and on backends that stop mirroring
// each other: `node scripts/check-layers.mjs [FOLDER]`, by default the repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * From the bottom up: an import may point down or stay in its own layer, so there can be no cycles between layers.
 * Those of one level do not know each other. `index` is src/index.ts, the door for programs above it.
 */
const LEVELS = [['tensor'], ['autograd'], ['nn'], ['ngpt'], ['training'], ['index'], ['cli', 'web']];
/** Folders that only Node runs. */
const NODE_ONLY = ['src/training/node', 'src/cli'];
/** Packages that browsers can load too. */
const PORTABLE_PACKAGES = ['gpu.js', 'gpt-tokenizer'];
/** Every backend has these files; each but the index exports `…Kernels`, of the same kernels in every backend. */
const KERNEL_FILES = ['elementwise', 'reduce', 'matmul', 'movement', 'indexing'];

const root = resolve(process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url))));
const problems = [...importProblems(), ...mirrorProblems()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function importProblems() {
  const files = ['src', 'web'].flatMap((folder) => sourceFiles(join(root, folder)));
  return (
    files
      // AssemblyScript, a language of its own: it imports nothing from here.
      .filter((file) => !file.includes(`${sep}assembly${sep}`))
      .flatMap((file) => importsOf(file).flatMap((target) => problemWith(file, target) ?? []))
  );
}

function problemWith(file, target) {
  const from = pathBelowRoot(file);
  if (!target.startsWith('.')) return isPortable(from) ? packageProblem(from, target) : null;
  const to = pathBelowRoot(resolve(dirname(file), target));
  const [own, other] = [layerOf(from), layerOf(to)];
  if (own === null) return `${from} belongs to no layer; ${order()}`;
  if (other === null) return `${from} imports ${to}, which belongs to no layer`;
  if (own !== other && levelOf(other) >= levelOf(own)) {
    return `${from} imports ${to}: ${own} must not know ${other} (${order()})`;
  }
  if (isPortable(from) && !isPortable(to)) return `${from} imports ${to}, which only Node runs`;
  return null;
}

function packageProblem(from, target) {
  const isKnown = PORTABLE_PACKAGES.some((name) => target === name || target.startsWith(`${name}/`));
  // Web pages bring packages of their own.
  if (isKnown || (layerOf(from) === 'web' && !target.startsWith('node:'))) return null;
  return `${from} imports ${target}, which browsers lack; that belongs in ${NODE_ONLY.join(' or ')}`;
}

function pathBelowRoot(path) {
  return relative(root, path).split(sep).join('/');
}

/** The layer of a path below the root, or null. */
function layerOf(path) {
  if (/^src\/index\.[jt]s$/.test(path)) return 'index';
  const [, name] = path.match(/^(?:src\/)?([^/]+)\//) ?? [];
  const isPlaced = name === 'web' ? path.startsWith('web/') : path.startsWith('src/');
  return isPlaced && levelOf(name) >= 0 ? name : null;
}

function levelOf(layer) {
  return LEVELS.findIndex((level) => level.includes(layer));
}

function order() {
  return `imports go ${LEVELS.map((level) => level.join(' and ')).join(' ← ')}`;
}

function isPortable(path) {
  return !NODE_ONLY.some((folder) => path.startsWith(`${folder}/`));
}

/** What a file imports or re-exports, types included, dynamic imports too. */
function importsOf(file) {
  const text = withoutComments(readFileSync(file, 'utf8'));
  const pattern =
    /(?:^|[\s;])(?:import|export)\s[^;'"`]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;])import\s*['"]([^'"]+)['"]|\bimport\(\s*['"`]([^'"`]+)['"`]\s*\)/g;
  return [...text.matchAll(pattern)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic);
}

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function mirrorProblems() {
  const folder = join(root, 'src/tensor/backends');
  if (!existsSync(folder)) return [];
  const backends = readdirSync(folder);
  const missing = backends.flatMap((backend) =>
    ['index', ...KERNEL_FILES]
      .filter((name) => !existsSync(join(folder, backend, `${name}.ts`)))
      .map((name) => `src/tensor/backends/${backend} lacks ${name}.ts; the backends mirror each other`),
  );
  if (missing.length > 0) return missing;
  return KERNEL_FILES.flatMap((name) => {
    const [first, ...others] = backends.map((backend) => ({
      path: `src/tensor/backends/${backend}/${name}.ts`,
      kernels: kernelsOf(join(folder, backend, `${name}.ts`), `${name}Kernels`),
    }));
    return others
      .filter(({ kernels }) => kernels !== first.kernels)
      .map(({ path, kernels }) => `${path} has ${kernels}, but ${first.path} has ${first.kernels}`);
  });
}

/** The kernels that a file declares to make, as text: `affine, binary, cast`. */
function kernelsOf(file, maker) {
  const text = withoutComments(readFileSync(file, 'utf8'));
  if (!new RegExp(`export function ${maker}\\b`).test(text)) return `no ${maker}`;
  const [, names = ''] = text.match(/Pick<\s*Kernels\s*,([^>]*)>/) ?? [];
  return names.match(/\w+/g)?.sort().join(', ') ?? `${maker} of unnamed kernels`;
}

function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : sourceFiles(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
