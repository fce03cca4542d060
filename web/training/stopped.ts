/** What there is to say of a model that stopped for good. */
import type { Architecture } from '../../src/ngpt/index.js';
import { NAMES } from '../palette.js';
import type { Setup } from '../setup/setup.js';
import type { Failure } from './protocol.js';

/** A model, and the step of its last good state. */
interface Stopped {
  readonly arch: Architecture;
  readonly kept: { readonly step: number } | null;
}

/** Why it stopped, what helps against that, and what is left of it. */
export function stoppedWords({ kind, message }: Failure, { arch, kept }: Stopped, setup: Setup): string {
  if (kind !== 'number') return message;
  const rate = arch === 'ngpt' ? setup.ngptRate : setup.gptRate;
  const cure = `${message}: begin again with a smaller learning rate of ${NAMES[arch]} than ${rate}.`;
  const left =
    kept === null
      ? 'No state of before is left.'
      : `Its last good state, after step ${kept.step.toLocaleString('en')}, is what "Save ${NAMES[arch]}" saves.`;
  return `${cure} ${left}`;
}
