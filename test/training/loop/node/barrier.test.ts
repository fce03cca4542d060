import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Barrier } from '../../../../src/training/loop/node/barrier.js';

const memory = () => new SharedArrayBuffer(Barrier.BYTES);

function died(): never {
  throw new Error('another thread died');
}

describe('Barrier', () => {
  it('holds nobody when all have arrived, again and again', async () => {
    const alone = new Barrier(memory(), 1, died);
    for (let round = 0; round < 3; round++) await alone.arrive();
  });

  it('gives up waiting for a thread that died', async () => {
    await expect(new Barrier(memory(), 2, died).arrive()).rejects.toThrow('another thread died');
  });

  it('sleeps on when it is woken before all have arrived', async () => {
    const shared = memory();
    // As a thread does that was held up between counting the round and waking its sleepers.
    const script = `const words = new Int32Array(require('node:worker_threads').workerData);
      const wake = () => { for (const i of words.keys()) Atomics.notify(words, i); };
      for (const ms of [10, 20, 80, 160]) setTimeout(wake, ms);`;
    const waker = new Worker(script, { eval: true, workerData: shared });
    await new Promise((resolve) => waker.once('online', resolve));
    let patience = 4;
    const check = () => {
      if (--patience === 0) died();
    };
    await expect(new Barrier(shared, 2, check).arrive()).rejects.toThrow('another thread died');
    await waker.terminate();
  });

  it('lets go of one whose last companion arrived and ended while it was not looking', async () => {
    const shared = memory();
    // Runs until it has lost patience, and then lets the event loop turn.
    const waiting = new Barrier(shared, 2, died).arrive();
    await new Barrier(shared, 2).arrive();
    await expect(waiting).resolves.toBeUndefined();
  });
});
