import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { init } from '../../../src/index.js';
import { testFolder } from '../../helpers/cli.js';
import { corruptCheckpoint } from '../../helpers/corrupt/corrupt-checkpoint.js';
import { examine, requireVerdict } from '../../helpers/corrupt/examine.js';
import { tinyCheckpoint } from '../../helpers/models/training.js';

const folder = testFolder();

beforeAll(() => init('wasm'));

describe('broken and hostile files', () => {
  // `npm run test:long` tries 20,000.
  it.each(['ngpt', 'gpt'] as const)('of %s are refused with a reason, or read right', async (arch) => {
    const stages = new Set<string>();
    const file = corruptCheckpoint(await tinyCheckpoint(arch));
    await fc.assert(
      fc.asyncProperty(file, async (corruption) => {
        const outcome = await examine(corruption.bytes, join(folder.path, 'corrupt.safetensors'));
        requireVerdict(corruption, outcome);
        stages.add(outcome.stage);
      }),
      { numRuns: 500 },
    );
    expect([...stages].sort()).toEqual(['not decoded', 'not loaded', 'not read', 'not resumed', 'resumed']);
  });
});
