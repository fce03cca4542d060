import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { init, keep, liveBuffers, scope, type Tensor, tensor } from '../../src/index.js';

const backend = await init('reference');
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Gives the net time to catch what it should, `rounds` times. */
async function sweep(rounds: number, isDone = () => false): Promise<void> {
  for (let i = 0; i < rounds && !isDone(); i++) {
    collectGarbage();
    await wait(20);
  }
}

const tensors = (count: number) => Array.from({ length: count }, (_, i) => tensor([i]));

describe('a buffer nobody disposed of', () => {
  it('is freed when its last handle is garbage', async () => {
    const before = liveBuffers();
    tensors(3);
    scope(() => keep(tensor([1, 2])));
    expect(liveBuffers()).toBe(before + 4);
    await sweep(100, () => liveBuffers() === before);
    expect(liveBuffers()).toBe(before);
    expect(backend.memory().buffers).toBe(before);
  });

  it('stays while there is a handle', async () => {
    const before = liveBuffers();
    const [first, second] = tensors(2);
    const other = first.reshape([1, 1]);
    second.dispose();
    await sweep(3);
    expect(liveBuffers()).toBe(before + 1);
    expect(Array.from(other.dataSync())).toEqual([0]);
    first.dispose();
    other.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('is freed once, whichever are disposed of in whatever order, in the same turn and later', async () => {
    const atFirst = liveBuffers();
    const plan = fc.array(fc.record({ at: fc.nat(), turnEnds: fc.boolean(), makes: fc.nat(3) }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(6), plan, async (count, steps) => {
        const before = liveBuffers();
        const alive: Tensor[] = tensors(count);
        for (const { at, turnEnds, makes } of steps) {
          alive.push(...tensors(makes));
          if (alive.length > 0) alive.splice(at % alive.length, 1)[0].dispose();
          if (turnEnds) await Promise.resolve();
          expect(liveBuffers()).toBe(before + alive.length);
          expect(backend.memory().buffers).toBe(before + alive.length);
        }
        for (const x of alive) x.dispose();
        expect(liveBuffers()).toBe(before);
      }),
      { numRuns: 60 },
    );
    // One that was disposed of and is in the net all the same would be counted twice.
    await sweep(5);
    expect(liveBuffers()).toBe(atFirst);
  });
});
