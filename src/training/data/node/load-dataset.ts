/** From the name of data to a dataset, whatever it is a name of. Explained in docs/training.md. */
import { isAbsolute } from 'node:path';
import { requireList } from '../../../tensor/checks/values.js';
import { DataError } from '../../../tensor/index.js';
import { isFolder } from '../../files/node/folders.js';
import type { TokenizerName } from '../../settings/settings.js';
import { CharTokenizer } from '../char-tokenizer.js';
import { requireText, requireTokenizer } from '../checks.js';
import { type DataSource, nameOf, STDIN, sourcesOf } from '../data-source.js';
import { type Dataset, textDataset } from '../dataset.js';
import { loadGpt2Tokenizer } from '../load-tokenizer.js';
import type { Tokenizer } from '../tokenizer.js';
import { mobyDick } from './moby-dick.js';
import { readNanogptFolder } from './nanogpt-folder.js';
import { readTextFile } from './text-file.js';

/** The default data. */
export const MOBY_DICK = 'moby-dick';

/**
 * Folders of tokens are as nanoGPT makes them. A text is read with the given tokenizer, or with a new one of the given
 * name. Several are one text, one after the other as `cat` would write them, which is then split.
 * @throws DataError when it cannot be read, or not with this tokenizer.
 */
export async function loadDataset(
  source: DataSource,
  tokenizer: Tokenizer | TokenizerName,
): Promise<Dataset> {
  const sources = sourcesOf(source);
  requireSources('loadDataset', sources);
  if (tokenizer !== 'char' && tokenizer !== 'gpt2') requireTokenizer('loadDataset', tokenizer);
  if (sources.length === 1 && (await isTokens(sources[0]))) {
    const dataset = await readNanogptFolder(sources[0]);
    if (typeof tokenizer !== 'string') requireSameTokens(dataset, tokenizer);
    return { ...dataset, ...folderOf(sources) };
  }
  const text = await readAll(sources);
  const name = nameOf(source);
  const dataset = {
    ...textDataset(name, text, await resolveTokenizer(tokenizer, text)),
    ...folderOf(sources),
  };
  return name === sources[0] ? dataset : { ...dataset, source };
}

/** @throws ArgumentError unless they are texts, at least one. */
export function requireSources(op: string, sources: unknown): void {
  requireList(op, 'a source that is no text', sources);
  if (sources.length === 0) throw new DataError(`${op}: there is no source`);
  for (const source of sources) requireText(op, 'a source', source);
}

/** Whether where it is depends on the current folder. */
export function isRelativePath(source: string): boolean {
  return source !== MOBY_DICK && source !== STDIN && !isAbsolute(source);
}

function folderOf(sources: readonly string[]): { folder?: string } {
  return sources.some(isRelativePath) ? { folder: process.cwd() } : {};
}

async function readAll(sources: readonly string[]): Promise<string> {
  if (sources.filter((each) => each === STDIN).length > 1) {
    throw new DataError('standard input can be read once; give - for one of the data only');
  }
  const texts: string[] = [];
  for (const source of sources) {
    if (await isTokens(source)) {
      throw new DataError(`${source} is a folder, whose tokens cannot be joined with a text; give it alone`);
    }
    texts.push(source === MOBY_DICK ? mobyDick() : await readTextFile(source));
  }
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length <= MAX_TEXT_LENGTH) return texts.join('');
  throw new DataError(`${nameOf(sources)} are ${length} characters together, too many for one text`);
}

/** JavaScript strings end before this. */
const MAX_TEXT_LENGTH = 500_000_000;

async function isTokens(source: string): Promise<boolean> {
  return source !== MOBY_DICK && (await isFolder(source));
}

async function resolveTokenizer(tokenizer: Tokenizer | TokenizerName, text: string): Promise<Tokenizer> {
  if (tokenizer === 'char') return CharTokenizer.fromText(text);
  return tokenizer === 'gpt2' ? loadGpt2Tokenizer() : tokenizer;
}

function requireSameTokens(dataset: Dataset, wanted: Tokenizer): void {
  const [given, expected] = [dataset.tokenizer.describe(), wanted.describe()];
  if (JSON.stringify(given) === JSON.stringify(expected)) return;
  throw new DataError(
    `${dataset.name} has other tokens than the checkpoint: ${given.kind} with a vocabulary of ` +
      `${dataset.tokenizer.vocabSize}, wanted ${expected.kind} with ${wanted.vocabSize}`,
  );
}
