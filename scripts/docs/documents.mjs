// The files of a repository, and its Markdown documents as trees.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';

/** Folders of what is installed, built or a reader's own. */
const PASSED_OVER = ['node_modules', 'dist', 'out', '.git', 'coverage', 'mine'];

/** Paths below `root`, with slashes on every system. */
export function filesBelow(root, folder = root) {
  return readdirSync(folder)
    .filter((name) => !PASSED_OVER.includes(name))
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory()
        ? filesBelow(root, path)
        : [relative(root, path).split(sep).join('/')];
    });
}

export function isDocument(file) {
  return extname(file) === '.md';
}

/** The tree of a Markdown text. */
export function parse(text) {
  return fromMarkdown(text, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
}

export function read(root, file) {
  return readFileSync(join(root, file), 'utf8');
}
