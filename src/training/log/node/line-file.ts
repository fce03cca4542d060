/** A file that grows line by line. */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { describeFileError } from '../../files/node/file-error.js';

/** So many lines wait for room on the disk. */
const MOST_WAITING = 100_000;

/**
 * Holds whole lines only. Those that cannot be written wait and are tried again with the next: a disk that was full
 * for a while leaves no gap. Nothing throws; `onTrouble` is told once. The file is open only while it is written, so
 * that it can be renamed on Windows, and its disk unmounted.
 */
export class LineFile {
  private waiting: string[] = [];
  /** Whether the file has nothing after `length`. */
  private isWhole = false;
  private isTroubled = false;

  /** @param length - bytes of the file to keep; what follows is cut. */
  constructor(
    private path: string,
    private length: number,
    private readonly onTrouble: (message: string) => void,
  ) {}

  append(line: string): void {
    if (this.waiting.length < MOST_WAITING) this.waiting.push(line);
    this.attempt(() => this.withFile((file) => this.flush(file)));
  }

  /** Waits until the lines are on the disk. */
  sync(): void {
    this.attempt(() => this.withFile(fdatasyncSync));
  }

  /** Gives the file another name, in place of one that has it. */
  rename(path: string): void {
    this.attempt(() => renameSync(this.path, path));
    this.path = path;
  }

  remove(): void {
    this.attempt(() => rmSync(this.path, { force: true }));
  }

  private withFile(work: (file: number) => void): void {
    const file = openSync(this.path, constants.O_RDWR | constants.O_CREAT);
    try {
      work(file);
    } finally {
      closeSync(file);
    }
  }

  private flush(file: number): void {
    const { size } = fstatSync(file);
    if (!this.isWhole && size > this.length) ftruncateSync(file, this.length);
    // Somebody removed it; what follows must not begin with a hole.
    this.length = Math.min(this.length, size);
    const bytes = Buffer.from(this.waiting.join(''));
    // A full disk may take a part.
    this.isWhole = false;
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(file, bytes, done, bytes.length - done, this.length + done);
    }
    this.isWhole = true;
    this.length += bytes.length;
    this.waiting = [];
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.isTroubled) return;
      this.isTroubled = true;
      this.onTrouble(`cannot write ${this.path}: ${describeFileError(error)}`);
    }
  }
}
