/** The files that switches of the page lead to, as pages beside it: a line each, with the one that decides marked. */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { SETUP_NAMES, SETUP_OPTIONS } from '../setup/options.js';

/** Lines that are marked, by file. */
type Marked = ReadonlyMap<string, readonly string[]>;

function marked(): Marked {
  const files = new Map<string, string[]>();
  for (const name of SETUP_NAMES) {
    const { source } = SETUP_OPTIONS[name];
    if (source !== null) files.set(source.file, [...(files.get(source.file) ?? []), source.words]);
  }
  return files;
}

/**
 * A file as a page. The first line that holds some words has them as its anchor. @throws Error for words that are in no
 * line: the switch leads nowhere.
 */
export function sourcePage(file: string, text: string, words: readonly string[]): string {
  const lines = text.split('\n');
  const anchors = new Map<number, string>();
  for (const each of words) {
    const line = lines.findIndex((candidate) => candidate.includes(each));
    if (line < 0) throw new Error(`${file} has no line with: ${each}`);
    anchors.set(line, each);
  }
  const body = lines.map((line, i) => {
    const anchor = anchors.get(i);
    const inside = `<span class="number">${i + 1}</span> ${escaped(line)}`;
    return anchor === undefined ? inside : `<mark id="${escaped(anchor)}">${inside}</mark>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'">
<title>${escaped(file)}</title>
<link rel="stylesheet" href="${'../'.repeat(file.split('/').length)}source.css">
</head>
<body>
<main>
<h1>${escaped(file)}</h1>
<pre tabindex="0">${body.join('\n')}</pre>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param root - the folder of the repository. */
export function sources(root: URL): Plugin {
  return {
    name: 'sources',
    apply: 'build',
    generateBundle() {
      for (const [file, words] of marked()) {
        const text = readFileSync(new URL(file, root), 'utf8');
        this.emitFile({
          type: 'asset',
          fileName: `source/${file}.html`,
          source: sourcePage(file, text, words),
        });
      }
      const style = readFileSync(new URL('web/styles/source.css', root), 'utf8');
      this.emitFile({ type: 'asset', fileName: 'source.css', source: style });
    },
  };
}
