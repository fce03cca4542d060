import { join } from 'node:path';
import { decodeLine, type LogLine } from '../../../training/log/log-event.js';
import { readLines } from '../../../training/log/node/read-lines.js';
import { LOG_FILE } from '../../../training/log/node/run-log.js';
import { type LoggedRun, runHistory } from '../run-history.js';

/** The run in an out-dir; null where its log is missing or does not tell of one. */
export function readRun(outDir: string): LoggedRun | null {
  return runHistory(logLines(join(outDir, LOG_FILE)));
}

function* logLines(path: string): Generator<LogLine, void, undefined> {
  for (const { text } of readLines(path)) {
    const line = decodeLine(text);
    if (line !== null) yield line;
  }
}
