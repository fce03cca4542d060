/** The file in the out-dir of a study that says what was found. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../../../tensor/index.js';
import { LAST_CHECKPOINT } from '../../../../training/checkpoint/node/checkpoint-file.js';
import { describeFileError } from '../../../../training/files/node/file-error.js';
import { isThere } from '../../../../training/files/node/folders.js';
import { LOG_FILE } from '../../../../training/log/node/run-log.js';
import { RUNS_FOLDER } from '../run-folder.js';

/** Every kind of study has a file of its own name. */
export const STUDY_FILES = { comparison: 'comparison.json', sweep: 'sweep.json' } as const;

export type StudyKind = keyof typeof STUDY_FILES;

export interface StudyFile<Found> {
  readonly kind: StudyKind;
  readonly format: string;
  readonly version: number;
  hasParts(found: Partial<Found>): boolean;
}

/** Null where there is none. @throws ConfigError for a file that is none. */
export async function readStudyFile<Found extends { readonly format: string; readonly version: number }>(
  folder: string,
  { kind, format, version, hasParts }: StudyFile<Found>,
): Promise<Found | null> {
  const path = join(folder, STUDY_FILES[kind]);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return null;
    throw new ConfigError(`cannot read ${path}: ${describeFileError(cause)}`, { cause });
  }
  const refusal = (why: string, instead = '') =>
    new ConfigError(`${path} is no ${kind} that can be read: ${why}; ${instead}give another outDir`, {
      settings: ['outDir'],
    });
  // All that it says of runs is in their own folders too.
  const again = `move it away, and the same command finds the finished runs in ${RUNS_FOLDER} again; or `;
  let found: Found;
  try {
    found = JSON.parse(text);
  } catch {
    throw refusal('it is not JSON', again);
  }
  if (found?.format !== format) throw refusal('it says nothing of being one', again);
  if (found.version !== version) throw refusal(`it has version ${found.version}`);
  if (!hasParts(found)) throw refusal('a part is missing', again);
  return found;
}

/** Which kind of study a folder holds; null for none. */
export async function studyIn(folder: string): Promise<StudyKind | null> {
  for (const kind of Object.keys(STUDY_FILES) as StudyKind[]) {
    if (await isThere(join(folder, STUDY_FILES[kind]))) return kind;
  }
  return null;
}

/** @throws ConfigError for the out-dir of a training run, or of another kind of study. */
export async function requireNoOther(outDir: string, own: StudyKind): Promise<void> {
  const others = (Object.keys(STUDY_FILES) as StudyKind[]).filter((kind) => kind !== own);
  const foreign = [
    ...[LAST_CHECKPOINT, LOG_FILE].map((name) => ['training run', name]),
    ...others.map((kind) => [kind, STUDY_FILES[kind]]),
  ];
  for (const [what, name] of foreign) {
    if (!(await isThere(join(outDir, name)))) continue;
    throw new ConfigError(`${outDir} holds a ${what}; give another outDir`, { settings: ['outDir'] });
  }
}
