/** The data of a checkpoint, where they were, whatever the current folder is now. Explained in docs/training.md. */
import { join, resolve } from 'node:path';
import { requireFunction } from '../../../tensor/checks/values.js';
import { DataError } from '../../../tensor/index.js';
import { isThere } from '../../files/node/folders.js';
import type { Notice } from '../../files/node/lock/folder-lock.js';
import { requireText, requireTokenizer } from '../checks.js';
import { nameOf, type StoredData, sourcesOf, storedSource } from '../data-source.js';
import type { Dataset } from '../dataset.js';
import type { Tokenizer } from '../tokenizer.js';
import { isRelativePath, loadDataset, requireSources } from './load-dataset.js';

/**
 * Looks where they were at training, then in the current folder, which `notice` is told.
 * @throws DataError where they are in neither, or cannot be read.
 */
export async function loadStoredDataset(
  stored: StoredData,
  tokenizer: Tokenizer,
  notice: Notice = () => {},
): Promise<Dataset> {
  const { data, dataFolder } = stored ?? {};
  requireSources('loadStoredDataset', sourcesOf(data));
  if (dataFolder !== undefined) requireText('loadStoredDataset', 'the folder of the data', dataFolder);
  requireTokenizer('loadStoredDataset', tokenizer);
  requireFunction('loadStoredDataset', 'notice', notice);
  const sources = sourcesOf(storedSource(data));
  const relative = sources.filter(isRelativePath);
  if (relative.length === 0) return loadDataset(data, tokenizer);
  const places = [...new Set([dataFolder ?? process.cwd(), process.cwd()])];
  for (const place of places) {
    if (await anyMissing(place, relative)) continue;
    if (place !== places[0]) notice(`${nameOf(data)} is no longer in ${places[0]}; took what is in ${place}`);
    const paths = sources.map((each) => (isRelativePath(each) ? join(place, each) : each));
    const dataset = await loadDataset(paths, tokenizer);
    return { ...dataset, name: nameOf(data), ...(sources.length > 1 ? { source: data } : {}), folder: place };
  }
  throw new DataError(
    `cannot read ${nameOf(data)}, which it was trained on: there is no such file or folder in ${places.join(', nor in ')}; ` +
      'give it with --data',
  );
}

async function anyMissing(place: string, paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(paths.map((path) => isThere(resolve(place, path))));
  return found.includes(false);
}
