// Heads: the comment a source file begins with says what it is for, and where a chapter or another document explains it, in
// one form: `Explained in docs/learn/03-backward.md.`, or `… in docs/gpu.md and docs/learn/12-kernels.md.`
import ts from 'typescript';
import { visit } from 'unist-util-visit';
import { isExcerpt } from './excerpts.mjs';
import { isChapter } from './words.mjs';

const READ = /^(src|learn|examples|bench|web)\/.*\.ts$/;
const GENERATED = /\/generated[^/]*\.ts$/;
/** There heads are plain comments, as in all of AssemblyScript. */
const ASSEMBLY = 'src/tensor/backends/wasm/assembly/';

const DOCUMENT = /\bdocs\/[\w./-]+\.md\b/g;
const PLACE = 'docs/[\\w./-]+\\.md';
const FORM = new RegExp(`\\bExplained in ${PLACE}(?:(?:, ${PLACE})* and ${PLACE})?\\.(?=\\s|$)`, 'g');

/** Files without a head, heads that name what is not there or in another form, and chapters that no head names. */
export function headProblems(files, textOf, treeOf) {
  const named = new Map();
  const problems = files.filter(hasHead).flatMap((file) => {
    const head = headOf(file, textOf(file));
    if (head === null) return [`${file}: it has no head, a first comment that says what it is for`];
    named.set(file, documentsIn(head));
    return formProblems(file, head, files);
  });
  const chapters = files.filter(isChapter);
  return [
    ...problems,
    ...chapters
      .filter((chapter) => ![...named.values()].some((documents) => documents.includes(chapter)))
      .map((chapter) => `${chapter}: no head of a file says that it is explained there`),
    ...shownProblems(chapters, named, treeOf),
  ];
}

function hasHead(file) {
  return READ.test(file) && !GENERATED.test(file);
}

function documentsIn(head) {
  return [...head.matchAll(FORM)].flatMap(([sentence]) => sentence.match(DOCUMENT));
}

function formProblems(file, head, files) {
  const gone = documentsIn(head).filter((document) => !files.includes(document));
  const rest = head.replace(FORM, '');
  const [other] =
    rest.match(DOCUMENT) ?? (file.startsWith('src/') ? rest.match(/\bchapter \d+/i) : null) ?? [];
  return [
    ...gone.map((document) => `${file}: its head names ${document}, which is not there`),
    ...(other === undefined
      ? []
      : [`${file}: its head names ${other}; the form is \`Explained in FILE.md.\``]),
  ];
}

/** A file that chapters show is explained in one of them at least. */
function shownProblems(chapters, named, treeOf) {
  const shownIn = new Map();
  for (const chapter of chapters) {
    visit(treeOf(chapter), isExcerpt, ({ meta }) => {
      const [file] = meta.split(/[\s#]/);
      shownIn.set(file, [...(shownIn.get(file) ?? []), chapter]);
    });
  }
  return [...shownIn]
    .filter(([file, by]) => named.has(file) && !by.some((chapter) => named.get(file).includes(chapter)))
    .map(([file, by]) => [file, [...new Set(by)]])
    .map(
      ([file, by]) =>
        `${file}: ${by.join(' and ')} ${by.length > 1 ? 'show' : 'shows'} it, but its head does not say so`,
    );
}

/** The words of a file's head in one line, or null. */
export function headOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const head = ownHead(file, source) ?? docOfOnlyExport(source);
  return head === null
    ? null
    : head
        .replace(/^\s*(\/\*\*|\*\/|\*|\/\/)?|\*\/\s*$/gm, ' ')
        .replace(/\s+/g, ' ')
        .trim();
}

/** A first comment that is not the doc comment of what follows. */
function ownHead(file, source) {
  const { text } = source;
  const comments = commentsAt(text, 0).filter(({ pos }) => !/^\/\/\s*(biome|@ts)-/.test(text.slice(pos)));
  if (comments.length === 0) return null;
  const isPlain = file.startsWith(ASSEMBLY);
  if (!text.startsWith(isPlain ? '//' : '/**', comments[0].pos)) return null;
  const last = isPlain ? comments.findIndex(({ end }) => isFollowedByBlank(text, end)) : 0;
  const [first] = source.statements;
  if (!isPlain && comments.length === 1 && first !== undefined && isDeclaration(first)) {
    const isItsDoc = isExported(first) && file.startsWith('src/');
    if (isItsDoc || !isFollowedByBlank(text, comments[0].end)) return null;
  }
  return text.slice(comments[0].pos, comments.at(last).end);
}

function isFollowedByBlank(text, end) {
  return /^[^\S\n]*\n[^\S\n]*(\n|$)/.test(text.slice(end));
}

/** Where a file is there for one thing, its doc comment will do, if nothing that computes stands before it. */
function docOfOnlyExport(source) {
  const exported = source.statements.filter(isExported);
  const names = new Set(exported.flatMap(namesOf));
  if (names.size !== 1 || source.statements.some(ts.isExportDeclaration)) return null;
  const before = source.statements.slice(0, source.statements.indexOf(exported[0]));
  if (before.some((statement) => ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)))
    return null;
  const docs = commentsAt(source.text, exported[0].pos).filter(({ pos }) =>
    source.text.startsWith('/**', pos),
  );
  return docs.length === 0 ? null : source.text.slice(docs.at(-1).pos, docs.at(-1).end);
}

function commentsAt(text, pos) {
  return ts.getLeadingCommentRanges(text, pos) ?? [];
}

function isDeclaration(statement) {
  return !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement);
}

function isExported(statement) {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function namesOf(statement) {
  if (!ts.isVariableStatement(statement)) return [statement.name?.text];
  return statement.declarationList.declarations.map(({ name }) => name.text);
}
