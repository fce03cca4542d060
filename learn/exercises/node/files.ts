/** Where exercises lie, and the copies that a reader edits. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXERCISES, type ExerciseName, placeOf } from '../exercises.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A mistake of whoever typed the command: one line. */
export class UsageError extends Error {}

/** The files of an exercise. */
export interface ExerciseFiles {
  readonly name: ExerciseName;
  readonly given: string;
  readonly solution: string;
  readonly check: string;
  /** The reader's copy of `given`. */
  readonly mine: string;
  /** The chapter's text. */
  readonly text: string;
}

/** `folder` is that of the reader's copies, in `learn`. */
export function filesOf(name: ExerciseName, folder: string): ExerciseFiles {
  const { chapter, suffix } = placeOf(name);
  const file = (stem: string) => join(ROOT, 'learn', chapter, `${stem}${suffix}.ts`);
  return {
    name,
    given: file('exercise'),
    solution: file('solution'),
    check: file('check'),
    mine: join(ROOT, 'learn', folder, `${name}.ts`),
    text: join(ROOT, 'docs/learn', `${chapter}.md`),
  };
}

/**
 * The exercises that a word means: `3` and `03` all of chapter 3, `3-2` its second, or the names of chapter and exercise.
 * @throws UsageError when there is none.
 */
export function exercisesOf(word: string): ExerciseName[] {
  const [, number, which] = word.match(/^(\d{1,2})(?:-([1-3]))?$/) ?? [];
  const start = number === undefined ? null : `${number.padStart(2, '0')}-`;
  const found = EXERCISES.filter((name) => {
    const { chapter, suffix } = placeOf(name);
    if (start === null) return name === word || chapter === word;
    return name.startsWith(start) && (which === undefined || suffix === (which === '1' ? '' : `-${which}`));
  });
  if (found.length === 0) {
    throw new UsageError(`there is no exercise '${printable(word)}'; npm run learn lists them`);
  }
  return found;
}

/** A name from the command line may hold what a terminal obeys. */
function printable(word: string): string {
  return word.replace(/\p{Cc}/gu, '\uFFFD');
}

/** Copies what is given unless the reader has a copy; true when it did. */
export function copyGiven({ given, mine }: ExerciseFiles): boolean {
  if (existsSync(mine)) return false;
  mkdirSync(dirname(mine), { recursive: true });
  copyFileSync(given, mine);
  return true;
}

/** Begins anew; the copy that was there goes on as a .bak, and its path is returned. */
export function resetCopy(files: ExerciseFiles): string | null {
  const backup = `${files.mine}.bak`;
  const hadCopy = existsSync(files.mine);
  if (hadCopy) renameSync(files.mine, backup);
  copyGiven(files);
  return hadCopy ? backup : null;
}

/** The first heading of the chapter, without its number. */
export function titleOf({ text }: ExerciseFiles): string {
  const markdown = existsSync(text) ? readFileSync(text, 'utf8') : '';
  const [, title = ''] = markdown.match(/^# (?:\d+\. )?(.*)$/m) ?? [];
  return title;
}

/** A path as people type it, from the root of the repository. */
export function short(path: string): string {
  return relative(ROOT, path).split(sep).join('/');
}
