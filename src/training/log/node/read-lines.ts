/** The lines of a file that may be too long for memory. */
import { closeSync, openSync, readSync } from 'node:fs';

export interface Line {
  /** Without the line break. */
  readonly text: string;
  /** Where the next line begins, in bytes. */
  readonly end: number;
}

const CHUNK_BYTES = 2 ** 20;
const LINE_BREAK = 10;

/** The whole lines of a file, read piece by piece: a log may be long. None where it cannot be read. */
export function* readLines(path: string): Generator<Line, void, undefined> {
  const file = tryOpen(path);
  if (file === null) return;
  try {
    let rest: Buffer = Buffer.alloc(0);
    let end = 0;
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const read = tryRead(file, chunk);
      if (read === 0) return;
      rest = Buffer.concat([rest, chunk.subarray(0, read)]);
      let first = 0;
      for (let at = rest.indexOf(LINE_BREAK); at >= 0; at = rest.indexOf(LINE_BREAK, first)) {
        end += at + 1 - first;
        yield { text: rest.toString('utf8', first, at), end };
        first = at + 1;
      }
      rest = rest.subarray(first);
    }
  } finally {
    closeSync(file);
  }
}

function tryOpen(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}

/** A folder opens, but does not read. */
function tryRead(file: number, chunk: Buffer): number {
  try {
    return readSync(file, chunk, 0, chunk.length, null);
  } catch {
    return 0;
  }
}
