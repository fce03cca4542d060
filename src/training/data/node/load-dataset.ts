import { DataError } from '../../../tensor/index.js';
import { isFolder } from '../../files/node/folders.js';
import type { TokenizerName } from '../../settings/settings.js';
import { CharTokenizer } from '../char-tokenizer.js';
import { type Dataset, textDataset } from '../dataset.js';
import { loadGpt2Tokenizer } from '../load-tokenizer.js';
import type { Tokenizer } from '../tokenizer.js';
import { mobyDick } from './moby-dick.js';
import { readNanogptFolder } from './nanogpt-folder.js';
import { readTextFile } from './text-file.js';

/** The default data. */
export const MOBY_DICK = 'moby-dick';

/**
 * `moby-dick`, a text file, or a folder of tokens as nanoGPT makes them. A text is read with the given tokenizer, or
 * with a new one of the given name. @throws DataError when it cannot be read, or not with this tokenizer.
 */
export async function loadDataset(source: string, tokenizer: Tokenizer | TokenizerName): Promise<Dataset> {
  if (source !== MOBY_DICK && (await isFolder(source))) {
    const dataset = await readNanogptFolder(source);
    if (typeof tokenizer !== 'string') requireSameTokens(dataset, tokenizer);
    return dataset;
  }
  const text = source === MOBY_DICK ? mobyDick() : await readTextFile(source);
  return textDataset(source, text, await resolveTokenizer(tokenizer, text));
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
