// Lists words and reading time of the chapters of the guided path: `node scripts/docs/list-words.mjs`.
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow, parse, read } from './documents.mjs';
import { chapterLengths, minutesFor } from './words.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const lengths = chapterLengths(filesBelow(root), (file) => parse(read(root, file)));
const all = lengths.reduce((sum, { words }) => sum + words, 0);
for (const { file, words } of [...lengths, { file: 'all', words: all }]) {
  const minutes = minutesFor(words).toFixed(1);
  console.log(
    `${basename(file, '.md').padEnd(24)}${String(words).padStart(6)} words ${minutes.padStart(6)} min`,
  );
}
