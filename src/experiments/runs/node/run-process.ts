/** The process of one run. It lives no longer than the comparison that started it. */
import { makeRun, type RunOrder } from './make-run.js';
import type { FromRun, ToRun } from './messages.js';

let isStopped = false;
const stop = () => {
  isStopped = true;
};

// A terminal sends Ctrl-C to all processes at once; the run saves before it ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
// The comparison is gone: what there is to go on from is on the disk.
process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToRun) => {
  if (message.kind === 'stop') stop();
  else void work(message.order);
});

async function work(order: RunOrder): Promise<void> {
  send(await outcomeOf(order), () => process.exit(0));
}

async function outcomeOf(order: RunOrder): Promise<FromRun> {
  try {
    const result = await makeRun(
      order,
      (event) => send({ kind: 'event', event }),
      () => isStopped,
    );
    return result === null ? { kind: 'stopped' } : { kind: 'done', result };
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

function send(message: FromRun, sent: () => void = () => {}): void {
  process.send?.(message, sent);
}
