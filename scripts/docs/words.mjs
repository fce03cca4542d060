// How long the chapters of the guided path take to read: `npm run learn -- --words` lists it, `npm run docs:check` holds it.
import { toString as textOf } from 'mdast-util-to-string';
import { visit } from 'unist-util-visit';

/** Of prose that has to be thought about. */
const WORDS_A_MINUTE = 150;
/** A quarter of an hour, and a little for a chapter that is nearly there. */
const MOST_WORDS = 2200;

const CHAPTER = /^docs\/learn\/\d\d-.*\.md$/;

export function isChapter(file) {
  return CHAPTER.test(file);
}

/** The words of a document's headings, paragraphs and tables: no code, and a formula within a line is one word. */
export function wordsIn(tree) {
  let words = 0;
  visit(tree, ['paragraph', 'heading', 'tableCell'], (node) => {
    const text = textOf(node, { includeHtml: false })
      .replace(/\$\$[^$]*\$\$/g, ' ')
      .replace(/\$[^$]*\$/g, ' x ');
    words += text.match(/[\p{L}\p{N}]\S*/gu)?.length ?? 0;
  });
  return words;
}

export function minutesFor(words) {
  return words / WORDS_A_MINUTE;
}

/** What is too long to be read in one go, in a line. */
export function lengthProblems(document, tree) {
  const words = isChapter(document) ? wordsIn(tree) : 0;
  if (words <= MOST_WORDS) return [];
  return [
    `${document}: ${words} words, a chapter has ${MOST_WORDS} at most; divide it or leave something out`,
  ];
}

/** The chapters among `files`, with what they take, in order. */
export function chapterLengths(files, treeOf) {
  return files
    .filter(isChapter)
    .sort()
    .map((file) => ({ file, words: wordsIn(treeOf(file)) }));
}
