/** The thread of a training session. */
import { parentPort, workerData } from 'node:worker_threads';
import { sendError } from './messages.js';
import { runSession, type SessionStart } from './session.js';

try {
  await runSession(workerData as SessionStart, (message) => parentPort?.postMessage(message));
} catch (error) {
  parentPort?.postMessage({ kind: 'failed', error: sendError(error) });
}
