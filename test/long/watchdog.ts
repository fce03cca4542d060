import { Worker } from 'node:worker_threads';

/** Runs beside the test and looks at the clock. Plain JavaScript, because workers know no other. */
const WORKER = `
  const { workerData: { state, limitMs } } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  let [current, since] = [0, Date.now()];
  setInterval(() => {
    const now = Atomics.load(state, 0);
    if (now !== current) [current, since] = [now, Date.now()];
    if (current === 0 || Date.now() - since < limitMs) return;
    writeSync(2, '\\n  case ' + current + ' hangs: no answer in ' + limitMs + ' ms\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 200);
`;

/** Ends the process when a case hangs: while it does, nothing on its own thread can. */
export class Watchdog {
  /** The number of the case that runs, 0 for none. */
  private readonly state = new Int32Array(new SharedArrayBuffer(4));
  private readonly worker: Worker;

  constructor(limitMs: number) {
    this.worker = new Worker(WORKER, { eval: true, workerData: { state: this.state, limitMs } });
  }

  /** Runs case `number`, which counts from 1. */
  async guard<T>(number: number, f: () => Promise<T>): Promise<T> {
    Atomics.store(this.state, 0, number);
    try {
      return await f();
    } finally {
      Atomics.store(this.state, 0, 0);
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
