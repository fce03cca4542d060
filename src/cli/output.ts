/** What becomes of a command whose output nobody takes any more. */
import { describeFileError } from '../training/files/node/file-error.js';
import { BAD_INPUT, errorLine } from './errors.js';

/** The reader went away, such as `head` that has seen enough, or the terminal was closed: no mistake of anyone's. */
const READER_GONE = ['EPIPE', 'EIO'];

let isLost = false;
let finish = (): void => process.exit();

/** From now on output that cannot be written ends the command: quietly without a reader, else with one line. */
export function watchOutput(): void {
  process.stdout.on('error', lose);
  // Remarks and the progress bar are no reason to end.
  process.stderr.on('error', () => {});
}

/** Does `instead` of ending at once, in commands that have something to save first. */
export function onOutputLost(instead: () => void): void {
  finish = instead;
}

/** Whether stdout takes no more. */
export function isOutputLost(): boolean {
  return isLost;
}

function lose(error: NodeJS.ErrnoException): void {
  // Every further write fails as well.
  if (isLost) return;
  isLost = true;
  if (!READER_GONE.includes(error.code ?? '')) {
    process.stderr.write(errorLine(`cannot write to the output: ${describeFileError(error)}`));
    process.exitCode = BAD_INPUT;
  }
  finish();
}
