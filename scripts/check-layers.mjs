// Fails on an import that points upwards, on files that import each other in a circle, on Node in code that browsers
// run, and on backends that stop mirroring each other: `node scripts/check-layers.mjs [FOLDER]`, by default the
// repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * From the bottom up: an import may point down or stay in its own layer, so there can be no cycles between layers.
 * Those of one level do not know each other. `index` is src/index.ts, the door for programs above it; it does not open
 * on experiments.
 */
const LEVELS = [
  ...[['tensor'], ['autograd'], ['nn'], ['ngpt'], ['training']],
  ...[['index'], ['experiments'], ['cli', 'learn'], ['web']],
];
/** The rooms of src/training, from the bottom up, by the same rule. `node` is the door for Node, above all others. */
const ROOMS = [
  ['files', 'settings'],
  ['data'],
  ['checkpoint'],
  ['loop'],
  ['log', 'released', 'verify', 'sampling'],
  ['node'],
];
/** Folders beside src that are layers. */
const BESIDE_SRC = ['web', 'learn'];
/** The copies that a reader of the guided path edits. */
const READERS_OWN = /^learn\/mine/;
/** What only Node runs. */
const NODE_ONLY = /^(src\/cli\/|(src|learn|web)\/.*\bnode\/)/;
/** What the guided path asks readers to write: it knows the doors of src, and other files of the path. */
const EXERCISE = /^learn\/\d\d-[^/]+\/(exercise|solution|check)(-\d)?\.ts$/;
const DOOR = /^(src\/(.*\/)?index\.js|learn\/.*)$/;
/** Packages that browsers can load too. */
const PORTABLE_PACKAGES = ['gpu.js', 'gpt-tokenizer', 'ml-matrix', '@observablehq/plot', '@xmldom/xmldom'];
/** Every backend has these files; each but the index exports `…Kernels`, of the same kernels in every backend. */
const KERNEL_FILES = ['elementwise', 'reduce', 'matmul', 'movement', 'indexing', 'sort'];
/** Fused kernels, which a backend may have. What is no kernel belongs into its `runtime/`. */
const FUSED_FILES = ['adam', 'attention', 'normalize', 'rope', 'softmax', 'swiglu'];

const root = resolve(process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url))));
const imports = readImports();
const problems = [...importProblems(), ...circleProblems(), ...mirrorProblems()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

/** What every file imports: paths below the root, or names of packages. */
function readImports() {
  const files = ['src', ...BESIDE_SRC].flatMap((folder) => sourceFiles(join(root, folder)));
  return new Map(
    files
      // AssemblyScript, a language of its own: it imports nothing from here.
      .filter((file) => !file.includes(`${sep}assembly${sep}`))
      .filter((file) => !READERS_OWN.test(pathBelowRoot(file)))
      .map((file) => [pathBelowRoot(file), importsOf(file).map((target) => resolveImport(file, target))]),
  );
}

function resolveImport(file, target) {
  if (!target.startsWith('.')) return { name: target };
  return { path: pathBelowRoot(resolve(dirname(file), target)) };
}

function importProblems() {
  return [...imports].flatMap(([from, targets]) =>
    targets.flatMap(({ name, path }) => {
      if (path !== undefined) return problemWith(from, path) ?? [];
      return (isPortable(from) ? packageProblem(from, name) : null) ?? [];
    }),
  );
}

function problemWith(from, to) {
  const [own, other] = [layerOf(from), layerOf(to)];
  if (own === null) return `${from} belongs to no layer; ${order(LEVELS)}`;
  if (other === null) return `${from} imports ${to}, which belongs to no layer`;
  if (isUpwards(LEVELS, own, other)) {
    return `${from} imports ${to}: ${own} must not know ${other} (${order(LEVELS)})`;
  }
  if (EXERCISE.test(from) && !DOOR.test(to)) {
    return `${from} imports ${to}; exercises know src by its doors alone, src/index.js or a layer's index.js`;
  }
  return (own === 'training' && other === 'training' ? roomProblem(from, to) : null) ?? nodeProblem(from, to);
}

function roomProblem(from, to) {
  const [own, other] = [roomOf(from), roomOf(to)];
  if (own === null) return `${from} belongs to no room of training; ${order(ROOMS)}`;
  if (other === null) return `${from} imports ${to}, which belongs to no room of training`;
  if (!isUpwards(ROOMS, own, other)) return null;
  return `${from} imports ${to}: ${own} must not know ${other} (inside training ${order(ROOMS)})`;
}

function nodeProblem(from, to) {
  return isPortable(from) && !isPortable(to) ? `${from} imports ${to}, which only Node runs` : null;
}

/** Every circle is named once, by a shortest way around: types only count too, since readers follow them. */
function circleProblems() {
  const named = new Set();
  return [...imports.keys()].sort().flatMap((start) => {
    const circle = named.has(start) ? null : shortestCircle(start);
    if (circle === null) return [];
    for (const file of circle) named.add(file);
    return [`a circle of imports: ${[...circle, start].join(' → ')}`];
  });
}

/** The files of a shortest way from `start` back to itself, or null. */
function shortestCircle(start) {
  const cameFrom = new Map();
  const queue = [start];
  for (const file of queue) {
    for (const next of neighbours(file)) {
      if (next === start) return wayTo(file, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return null;
}

function wayTo(file, cameFrom) {
  const way = [file];
  for (let at = cameFrom.get(file); at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}

function neighbours(file) {
  return (imports.get(file) ?? []).flatMap(({ path }) => {
    const source = path?.replace(/\.js$/, '.ts');
    return source !== undefined && imports.has(source) ? [source] : [];
  });
}

function packageProblem(from, target) {
  const isKnown = PORTABLE_PACKAGES.some((name) => target === name || target.startsWith(`${name}/`));
  // Web pages bring packages of their own.
  if (isKnown || (layerOf(from) === 'web' && !target.startsWith('node:'))) return null;
  return `${from} imports ${target}, which browsers lack; that belongs in src/cli or a folder named node`;
}

function pathBelowRoot(path) {
  return relative(root, path).split(sep).join('/');
}

/** The layer of a path below the root, or null. */
function layerOf(path) {
  if (/^src\/index\.[jt]s$/.test(path)) return 'index';
  const [, name] = path.match(/^(?:src\/)?([^/]+)\//) ?? [];
  const isPlaced = path.startsWith(BESIDE_SRC.includes(name) ? `${name}/` : 'src/');
  return isPlaced && levelOf(LEVELS, name) >= 0 ? name : null;
}

/** The room of a path in src/training, or null. */
function roomOf(path) {
  const [, name] = path.match(/^src\/training\/([^/]+)\//) ?? [];
  return levelOf(ROOMS, name) >= 0 ? name : null;
}

function levelOf(levels, name) {
  return levels.findIndex((level) => level.includes(name));
}

function isUpwards(levels, own, other) {
  return own !== other && levelOf(levels, other) >= levelOf(levels, own);
}

function order(levels) {
  return `imports go ${levels.map((level) => level.join(' and ')).join(' ← ')}`;
}

function isPortable(path) {
  return !NODE_ONLY.test(path);
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
  const strangers = backends.flatMap((backend) =>
    readdirSync(join(folder, backend))
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => !['index', ...KERNEL_FILES, ...FUSED_FILES].includes(name.replace(/\.ts$/, '')))
      .map(
        (name) => `src/tensor/backends/${backend}/${name} is no kernel; it belongs into ${backend}/runtime`,
      ),
  );
  if (strangers.length > 0) return strangers;
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
