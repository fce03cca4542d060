/**
 * The source, a page for each file and each folder. They are plain HTML, written beside what VitePress builds: as pages of
 * its own they would double the time of the build.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, posix } from 'node:path';
import type { Plugin } from 'vite';
import { filesBelow } from '../../../scripts/docs/documents.mjs';
import { BASE, ROOT, sourceAddress } from '../places.js';
import { escaped, highlight } from './highlight.js';
import { pageWith } from './shell.js';

const SHOWN = ['.ts', '.mjs', '.js', '.json', '.py', '.html', '.css', '.md', '.svg', ''];
const LARGEST = 300_000;

/** All that a reader may want to see: what people wrote, and results that documents speak of. */
function shownFiles(): string[] {
  return (filesBelow(ROOT) as string[]).filter(
    (file) =>
      SHOWN.includes(extname(file)) &&
      !/^\.|(^|\/)(package-lock\.json|generated[^/]*\.ts)$|^test\/fixtures\//.test(file) &&
      statSync(join(ROOT, file)).size <= LARGEST,
  );
}

export function writeSource(out: string): void {
  const files = shownFiles();
  const folders = new Set(['', ...files.flatMap(foldersOf)]);
  for (const file of files) write(join(out, `${file}.html`), filePage(file, files));
  for (const folder of folders) write(join(out, folder, 'index.html'), folderPage(folder, files, folders));
}

/** For the server of `npm run site`: the same pages, made when they are asked for. */
export function serveSource(): Plugin {
  return {
    name: 'source-pages',
    configureServer(server) {
      server.middlewares.use(`${BASE}source`, ({ url = '' }, response, next) => {
        const path = decodeURI(url.replace(/[?#].*$/, '')).replace(/^\//, '');
        const files = shownFiles();
        const file = path.replace(/\.html$/, '');
        const folder = path.replace(/(^|\/)(index\.html)?$/, '');
        const folders = new Set(['', ...files.flatMap(foldersOf)]);
        if (!files.includes(file) && !folders.has(folder)) return next();
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(files.includes(file) ? filePage(file, files) : folderPage(folder, files, folders));
      });
    },
  };
}

function filePage(file: string, files: readonly string[]): string {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/\n$/, '');
  // Imports say .js of what is written in TypeScript.
  const linked = (word: string): string | null => {
    if (!/^\.{1,2}\//.test(word)) return null;
    const target = posix.join(posix.dirname(file), word);
    const found = [target, target.replace(/\.js$/, '.ts')].find((each) => files.includes(each));
    return found === undefined ? null : sourceAddress(found);
  };
  const lines = highlight(text, extname(file).slice(1), linked).map(
    (line, i) =>
      `<li id="L${i + 1}"><a class="line" href="#L${i + 1}" aria-label="line ${i + 1}"></a><code>${line}</code></li>`,
  );
  return pageWith(
    file,
    `<ol class="source" tabindex="0" role="list" aria-label="${file}">${lines.join('')}</ol>`,
  );
}

function folderPage(folder: string, files: readonly string[], folders: ReadonlySet<string>): string {
  const inside = (path: string): boolean =>
    path !== '' && (folder === '' ? '.' : folder) === posix.dirname(path);
  const item = (path: string, isFolder: boolean): string =>
    `<li><a href="${sourceAddress(path, isFolder)}">${escaped(posix.basename(path))}${isFolder ? '/' : ''}</a></li>`;
  const items = [
    ...[...folders]
      .filter(inside)
      .sort()
      .map((path) => item(path, true)),
    ...files
      .filter(inside)
      .sort()
      .map((path) => item(path, false)),
  ];
  return pageWith(folder, `<ul class="folder">${items.join('')}</ul>`);
}

function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

function write(path: string, html: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, html);
}
