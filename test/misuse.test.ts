/**
 * Arbitrary values at every export: only the library's own errors come out, and what is refused has changed nothing.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import * as main from '../src/index.js';
import { init } from '../src/index.js';
import * as training from '../src/training/node/index.js';
import { MAIN } from './helpers/misuse/tables/index.js';
import { TRAINING } from './helpers/misuse/tables/training.js';
import { exemptions, targetsOf } from './helpers/misuse/targets.js';
import { callRightly, throwAt } from './helpers/misuse/throw.js';
import { makeOthers, type Others } from './helpers/misuse/world.js';

const targets = [...targetsOf(main, MAIN), ...targetsOf(training, TRAINING)];
let others: Others;

beforeAll(async () => {
  await init('reference');
  others = await makeOthers();
});

describe('what is called', () => {
  it('leaves out what has a reason', () => {
    expect([...exemptions(MAIN), ...exemptions(TRAINING)]).toEqual([
      'createSharedMemory: it reserves 4 GiB of addresses each time',
      'Tensor.print: it prints',
      'writeCheckpoint: it writes files',
      'openRun: it takes a folder and starts threads',
      'exportRun: it writes files',
      'exportConfiguration: it writes files',
    ]);
  });

  it('takes its right arguments', async () => {
    for (const target of targets) {
      for (let seed = 0; seed < 3; seed++) {
        const call = expect(callRightly(target, seed, others), `${target.name}, seed ${seed}`);
        if (target.isRefused) await call.rejects.toThrow(/nowhere|no such file/);
        else await call.resolves.toBeUndefined();
      }
    }
  });
});

/** How many wrong calls in all. */
const CALLS = Number(process.env.MISUSE_CALLS ?? 4000);

/** Each call has a seed of its own, counted from here: the same ones, unless more are asked for. */
const FIRST_SEED = Number(
  process.env.FC_SEED ?? (process.env.MISUSE_CALLS ? Math.floor(Math.random() * 2 ** 30) : 1),
);

describe.each(['reference', 'wasm'] as const)('thrown at every export on %s', (name) => {
  it('nothing but errors of the library comes out, and what is refused has changed nothing', async () => {
    await init(name);
    const problems: string[] = [];
    const seen = { refused: 0, returned: 0, theirs: 0 };
    for (let i = 0; i < CALLS / 2; i++) {
      // Other values on each, but where a single call is made again.
      const seed = FIRST_SEED + i + (name === 'wasm' && CALLS > 2 ? CALLS / 2 : 0);
      // By its seed, so that one call can be made again alone.
      const target = targets[seed % targets.length];
      const { kind, problem } = await throwAt(target, seed, others);
      seen[kind]++;
      if (problem !== null) problems.push(`FC_SEED=${seed}: ${target.name}: ${problem}`);
    }
    expect(problems.slice(0, 20), `${problems.length} of ${CALLS / 2} calls`).toEqual([]);
    // Or what is thrown would not be wrong.
    if (CALLS > 1000) expect(seen.refused).toBeGreaterThan(CALLS / 8);
  }, 3_600_000);
});
