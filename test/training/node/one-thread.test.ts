import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRun } from '../../../src/training/node/index.js';
import { withinEngine } from '../../../src/training/node/one-thread.js';
import { testFolder } from '../../helpers/cli.js';

const folder = testFolder();

function served(threads: number | undefined, canShare: boolean) {
  const told: string[] = [];
  const settings = { seed: 3, ...(threads === undefined ? {} : { threads }) };
  const request = withinEngine({ settings, notice: (line: string) => told.push(line) }, canShare);
  return { settings: request.settings, told };
}

describe('an engine without shared memory', () => {
  it('runs one thread, and says so where more were asked for', () => {
    expect(served(4, false)).toEqual({
      settings: { seed: 3, threads: 1 },
      told: ['this engine has no memory that threads share; 1 thread runs instead of 4'],
    });
    expect(served(undefined, false)).toEqual({ settings: { seed: 3, threads: 1 }, told: [] });
    expect(served(1, false)).toEqual({ settings: { seed: 3, threads: 1 }, told: [] });
  });

  it('changes nothing where there is some', () => {
    expect(served(4, true)).toEqual({ settings: { seed: 3, threads: 4 }, told: [] });
    expect(served(undefined, true)).toEqual({ settings: { seed: 3 }, told: [] });
  });

  describe('in a run', () => {
    afterEach(() => vi.unstubAllGlobals());

    it.each([
      ['no such arrays', () => vi.stubGlobal('SharedArrayBuffer', undefined)],
      [
        'no such memory',
        () => {
          const memory = () => {
            throw new RangeError('shared memory is off');
          };
          vi.stubGlobal('WebAssembly', { ...allOf(WebAssembly), Memory: vi.fn(memory) });
        },
      ],
    ])('trains on one: %s', async (name, take) => {
      const told: string[] = [];
      const model = { nLayer: 1, nHead: 1, nEmbd: 4, blockSize: 4, batchSize: 2 };
      const outDir = join(folder.path, name.replaceAll(' ', '-'));
      const request = { settings: { ...model, threads: 2 }, outDir, backend: 'reference' as const };
      take();
      const run = await openRun({ ...request, notice: (line) => told.push(line) });
      expect(run.settings.threads).toBe(1);
      await run.close();
      expect(told).toEqual(['this engine has no memory that threads share; 1 thread runs instead of 2']);
    });
  });
});

/** Its properties are not enumerable. */
function allOf(engine: typeof WebAssembly): object {
  return Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(engine)).map(([name, { value }]) => [name, value]),
  );
}
