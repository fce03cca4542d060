import { Worker } from 'node:worker_threads';
import { allowFastSimd } from '../../training/node/index.js';
import { receiveError, type SentError, type SessionMessage } from './messages.js';
import type { SessionStart, Tell } from './session.js';

type ThreadMessage = SessionMessage | { readonly kind: 'failed'; readonly error: SentError };

/**
 * `runSession` in a thread of its own. A step keeps its thread from everything else; this one still hears signals and
 * can end the process.
 */
export function runInThread(start: SessionStart, tell: Tell): Promise<void> {
  allowFastSimd();
  return new Promise((resolve, reject) => {
    let failure: Error | null = null;
    const thread = new Worker(new URL('./thread.js', import.meta.url), { workerData: start });
    thread.on('message', (message: ThreadMessage) => {
      if (message.kind === 'failed') failure = receiveError(message.error);
      else tell(message);
    });
    thread.on('error', reject);
    thread.on('exit', (code) => {
      if (code !== 0) failure ??= new Error(`the training thread ended with code ${code}`);
      if (failure === null) resolve();
      else reject(failure);
    });
  });
}
