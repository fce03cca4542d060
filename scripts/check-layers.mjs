// Fails on an import that points upwards, on Node in code that browsers run, and on backends that stop mirroring
// each other: `node scripts/check-layers.mjs [FOLDER]`, by default the repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** From the bottom up; an import may point down or stay level. */
const LAYERS = ['tensor', 'autograd', 'nn', 'ngpt', 'training', 'cli'];
/** Folders that only Node runs. */
const NODE_ONLY = ['src/training/node', 'src/cli'];
/** Packages that browsers can load too. */
const PORTABLE_PACKAGES = ['gpu.js', 'gpt-tokenizer'];
/** Every backend has these files, with one function of the same name for every kernel. */
const BACKEND_FILES = ['index.ts', 'elementwise.ts', 'reduce.ts', 'matmul.ts', 'movement.ts', 'indexing.ts'];

const root = resolve(process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url))));
const problems = [...layerProblems(), ...mirrorProblems()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function layerProblems() {
  const files = sourceFiles(join(root, 'src')).filter((file) => !file.includes(`${sep}assembly${sep}`));
  return files.flatMap((file) => importsOf(file).flatMap((target) => problemWith(file, target) ?? []));
}

function problemWith(file, target) {
  const from = relative(root, file).split(sep).join('/');
  if (!target.startsWith('.')) {
    const isNodeOnly = NODE_ONLY.some((folder) => from.startsWith(`${folder}/`));
    if (isNodeOnly || PORTABLE_PACKAGES.some((name) => target === name || target.startsWith(`${name}/`)))
      return null;
    return `${from} imports ${target}, which browsers lack; that belongs in ${NODE_ONLY.join(' or ')}`;
  }
  const to = relative(root, resolve(dirname(file), target))
    .split(sep)
    .join('/');
  const [own, other] = [layerOf(from), layerOf(to)];
  if (own === null) return null;
  if (other === null) return `${from} imports ${to}, which belongs to no layer below it`;
  if (LAYERS.indexOf(other) > LAYERS.indexOf(own)) {
    return `${from} imports ${to}: ${own} must not know ${other} (imports go ${LAYERS.join(' ← ')})`;
  }
  const isPortable = !NODE_ONLY.some((folder) => from.startsWith(`${folder}/`));
  if (isPortable && NODE_ONLY.some((folder) => to.startsWith(`${folder}/`))) {
    return `${from} imports ${to}, which only Node runs`;
  }
  return null;
}

/** The layer of a path below the root; null for src/index.ts, the door to all of them. */
function layerOf(path) {
  const [, layer] = path.match(/^src\/([^/]+)\//) ?? [];
  return LAYERS.includes(layer) ? layer : null;
}

/** What a file imports or re-exports, types included, dynamic imports too. */
function importsOf(file) {
  const text = readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const pattern =
    /(?:^|[\s;])(?:import|export)\s[^;'"`]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;])import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...text.matchAll(pattern)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic);
}

function mirrorProblems() {
  const backends = join(root, 'src/tensor/backends');
  if (!existsSync(backends)) return [];
  return readdirSync(backends).flatMap((name) =>
    BACKEND_FILES.filter((file) => !existsSync(join(backends, name, file))).map(
      (file) => `src/tensor/backends/${name} lacks ${file}; the backends mirror each other`,
    ),
  );
}

function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
