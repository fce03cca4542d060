// The files of a repository, and its Markdown documents as trees.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';

/** Folders of what is installed or built. */
const PASSED_OVER = ['node_modules', 'dist', 'out', '.git', 'coverage'];

/** Where a reader works on exercises, `learn/mine`: not there before they begin, and theirs afterwards. */
export function isReadersOwn(path) {
  return /^learn\/mine[^/]*(\/|$)/.test(path);
}

/** Paths below `root`, with slashes on every system; without a reader's own. */
export function filesBelow(root, folder = root) {
  return readdirSync(folder)
    .filter((name) => !PASSED_OVER.includes(name))
    .flatMap((name) => {
      const path = join(folder, name);
      const shown = relative(root, path).split(sep).join('/');
      if (isReadersOwn(shown)) return [];
      return statSync(path).isDirectory() ? filesBelow(root, path) : [shown];
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
