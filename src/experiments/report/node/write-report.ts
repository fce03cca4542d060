/** Reports as files. */
import { access, constants } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../../../tensor/index.js';
import { writeDurably } from '../../../training/files/node/durable-file.js';
import { describeFileError } from '../../../training/files/node/file-error.js';
import { isFolder, isThere, makeFolder } from '../../../training/files/node/folders.js';
import { type Report, writePage } from '../page/page.js';

export interface ReportFiles {
  /** Of the page. */
  readonly path: string;
  /** Where each figure goes as an SVG file of its own; null for nowhere. */
  readonly svgDir: string | null;
}

/** Writes a report. @throws ConfigError in one line where a file cannot be written; an older one stays then. */
export async function writeReport(report: Report, { path, svgDir }: ReportFiles): Promise<void> {
  const { html, figures } = writePage(report);
  await write(path, html);
  if (svgDir === null) return;
  await attempt(svgDir, () => makeFolder(svgDir));
  for (const { name, svg } of figures) await write(join(svgDir, `${name}.svg`), svg);
}

/** Before hours of measuring. @throws ConfigError in one line where a file surely cannot be written. */
export async function requireWritable({ path, svgDir }: ReportFiles): Promise<void> {
  await attempt(path, async () => {
    if (await isFolder(path)) throw fileError('EISDIR');
    await requireFolder(dirname(resolve(path)));
  });
  if (svgDir !== null) await attempt(svgDir, async () => requireFolder(await nearest(resolve(svgDir))));
}

async function requireFolder(folder: string): Promise<void> {
  await access(folder, constants.W_OK);
  if (!(await isFolder(folder))) throw fileError('ENOTDIR');
}

/** What is there of a path: itself, or the nearest above it. */
async function nearest(path: string): Promise<string> {
  return (await isThere(path)) || dirname(path) === path ? path : nearest(dirname(path));
}

function fileError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

function write(path: string, text: string): Promise<void> {
  return attempt(path, () => writeDurably(path, [Buffer.from(text)]));
}

async function attempt(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new ConfigError(`cannot write ${path}: ${describeFileError(cause)}`, { cause });
  }
}
