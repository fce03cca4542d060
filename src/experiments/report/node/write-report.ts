/** Reports as files. */
import { join } from 'node:path';
import { ConfigError } from '../../../tensor/index.js';
import { writeDurably } from '../../../training/files/node/durable-file.js';
import { describeFileError } from '../../../training/files/node/file-error.js';
import { makeFolder } from '../../../training/files/node/folders.js';
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
