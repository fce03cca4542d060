// Fails on documents that speak of what is not there: links, files, npm scripts, options and names of the source, in
// the Markdown files and in the comments of src, on excerpts that are not as the source is, on chapters that are too long, and
// on files without a head: `node scripts/check-docs.mjs [FOLDER]`, by default the repository.
import { existsSync } from 'node:fs';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import GithubSlugger from 'github-slugger';
import { toString as textOf } from 'mdast-util-to-string';
import { visit } from 'unist-util-visit';
import { filesBelow, isDocument, isReadersOwn, parse, read } from './docs/documents.mjs';
import { excerptProblems, isExcerpt } from './docs/excerpts.mjs';
import { headProblems } from './docs/heads.mjs';
import { lengthProblems } from './docs/words.mjs';

/** What documents and comments quote of other programs: names, and what they are. */
const FOREIGN_FILE = 'scripts/foreign-names.json';

const root = resolve(process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url))));
const files = filesBelow(root);
const folders = new Set(files.flatMap(foldersOf));
const scripts = new Set(Object.keys(readJson('package.json').scripts ?? {}));
const foreign = new Map(Object.entries(existsSync(join(root, FOREIGN_FILE)) ? readJson(FOREIGN_FILE) : {}));
const used = new Set();
const { words, quoted } = readSource();

const problems = [
  ...files.filter(isDocument).flatMap(documentProblems),
  ...files.filter((file) => file.startsWith('src/') && extname(file) === '.ts').flatMap(commentProblems),
  ...headProblems(
    files,
    (file) => read(root, file),
    (document) => parse(read(root, document)),
  ),
  ...[...foreign.keys()]
    .filter((name) => !used.has(name))
    .map((name) => `${FOREIGN_FILE} lists \`${name}\`, which no document names`),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function documentProblems(file) {
  const tree = parse(read(root, file));
  const found = [...excerptProblems(root, file, tree), ...lengthProblems(file, tree)];
  const report = (node, what) => found.push(`${file}:${node.position.start.line}: ${what}`);
  visit(tree, (node) => {
    if (node.type === 'link' || node.type === 'image') {
      const problem = linkProblem(file, node.url);
      if (problem !== null) report(node, problem);
    }
    if (node.type === 'inlineCode') for (const problem of codeProblems(node.value)) report(node, problem);
    if (node.type === 'code' && !isExcerpt(node))
      for (const problem of commandProblems(node.value)) report(node, problem);
  });
  return found;
}

function linkProblem(file, url) {
  if (/^[a-z]+:/.test(url)) return null;
  const [path, anchor] = url.split('#');
  const target =
    path === ''
      ? file
      : relative(root, resolve(root, dirname(file), path))
          .split(sep)
          .join('/');
  if (!files.includes(target) && !folders.has(target)) return `the link to ${url} leads nowhere`;
  if (anchor === undefined || !target.endsWith('.md')) return null;
  return headingsOf(target).has(anchor) ? null : `${target} has no heading #${anchor}`;
}

function headingsOf(file) {
  const slugger = new GithubSlugger();
  const slugs = new Set();
  visit(parse(read(root, file)), 'heading', (node) => {
    slugs.add(slugger.slug(textOf(node)));
  });
  return slugs;
}

/** What a piece of code in a line of text says that is not so. */
function codeProblems(code) {
  if (isForeign(code)) return [];
  const problems = commandProblems(code);
  if (isPath(code) && !isThere(code)) problems.push(`there is no file \`${code}\``);
  const name = nameIn(code);
  if (name !== null && !words.has(name) && !isForeign(name))
    problems.push(`nothing in the source is called \`${name}\``);
  return problems;
}

/** npm scripts, and options of `ngpt` and of scripts, wherever a command is quoted. */
function commandProblems(code) {
  const problems = [];
  for (const [, script] of code.matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)) {
    if (!scripts.has(script)) problems.push(`package.json has no script \`${script}\``);
  }
  for (const [, option] of code
    .replaceAll('npm run --silent', '')
    .matchAll(/(?<=^|\s)--([a-z][a-z0-9-]*)/g)) {
    // `ngpt compare` takes every setting for one architecture alone, too.
    const plain = option.replace(/^(no|gpt|ngpt)-/, '');
    const name = plain.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
    if (!words.has(name) && !words.has(option) && !isForeign(`--${option}`))
      problems.push(`nothing takes an option \`--${option}\``);
  }
  return problems;
}

/** Comments of the source: what they quote has to be a file or a name that is there. */
function commentProblems(file) {
  const text = read(root, file);
  const comments = [...text.matchAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm)];
  return comments.flatMap(({ 0: comment, index }) =>
    [...comment.matchAll(/`([^`\n]+)`/g)].flatMap((quoted) => {
      const line = text.slice(0, index + quoted.index).split('\n').length;
      return codeProblems(quoted[1]).map((problem) => `${file}:${line}: ${problem}`);
    }),
  );
}

function isForeign(name) {
  if (!foreign.has(name)) return false;
  used.add(name);
  return true;
}

/** `src/tensor`, `reference/reduce.ts`, `dist/`: what looks like a place in a repository. */
function isPath(code) {
  if (/[\s'"*(){}…<>$=]/.test(code) || /^[a-z]+:/.test(code)) return false;
  return (
    /\.(ts|mjs|md|json|py|svg)$/.test(code) ||
    /^(src|test|docs|bench|scripts|learn|examples|site|web)\//.test(code)
  );
}

/** Also from within a folder, as `ops/fused.ts` for src/tensor/ops/fused.ts, and what the programs themselves write. */
function isThere(code) {
  if (quoted.has(code) || isReadersOwn(code)) return true;
  const path = code.replace(/^(\.{1,2}\/)+/, '').replace(/\/$/, '');
  return [...files, ...folders].some((each) => each === path || each.endsWith(`/${path}`));
}

/** The name in `name`, `name()`, `object.name(…)`, `name.ts` is a file; null for anything else. */
function nameIn(code) {
  const [, name] = code.match(/^(?:[A-Za-z_$][\w$]*\.)*([A-Za-z_$][\w$]*)(?:\([^()]*\))?$/) ?? [];
  return name === undefined || isPath(code) ? null : name;
}

/** Every word of the code, and every string in it, without its comments. */
function readSource() {
  const code = files.filter((file) => /\.(ts|mjs|py)$/.test(file) || file === 'package.json');
  const text = code.map((file) => withoutComments(read(root, file))).join('\n');
  const words = new Set((text.match(/[\w$-]*[\w$]/g) ?? []).flatMap((word) => [word, ...word.split('-')]));
  return {
    words,
    quoted: new Set([...text.matchAll(/(['"`])([^'"`\n]*)\1/g)].map(([, , string]) => string)),
  };
}

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/ .*$/gm, '');
}

function readJson(file) {
  return JSON.parse(read(root, file));
}

function foldersOf(file) {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}
