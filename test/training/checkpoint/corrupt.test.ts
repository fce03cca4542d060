import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { init } from '../../../src/index.js';
import { decodeCheckpoint } from '../../../src/training/checkpoint/checkpoint.js';
import { readSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { testFolder } from '../../helpers/cli.js';
import { corruptCheckpoint } from '../../helpers/corrupt/corrupt-checkpoint.js';
import { examine, requireNoticed, requireVerdict } from '../../helpers/corrupt/examine.js';
import { flipBits } from '../../helpers/corrupt/flip-bits.js';
import { tinyCheckpoint } from '../../helpers/models/training.js';
import { withoutChecksums } from '../../helpers/safetensors/parts.js';

const folder = testFolder();

beforeAll(() => init('wasm'));

const ARCHS = ['ngpt', 'gpt'] as const;
const decode = (bytes: Uint8Array) => decodeCheckpoint(readSafetensors(bytes));

// `npm run test:long` tries 20,000 of each, and every bit.
describe('broken and hostile files', () => {
  it.each(ARCHS)('of %s are refused with a reason, or read right', async (arch) => {
    const stages = new Set<string>();
    const file = corruptCheckpoint(withoutChecksums(await tinyCheckpoint(arch)));
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

  it.each(ARCHS)('of %s with checksums are refused, or read as what was written', async (arch) => {
    const original = await tinyCheckpoint(arch);
    const whole = decode(original);
    let noticed = 0;
    await fc.assert(
      fc.asyncProperty(corruptCheckpoint(original), async (corruption) => {
        const outcome = await examine(corruption.bytes, join(folder.path, 'checked.safetensors'));
        requireNoticed(corruption, outcome, whole);
        if (/does not match/.test(outcome.reason ?? '')) noticed++;
      }),
      { numRuns: 300 },
    );
    expect(noticed).toBeGreaterThan(50);
  });
});

describe('a single flipped bit', () => {
  it.each(ARCHS)('of %s is refused, or makes no difference', async (arch) => {
    const bytes = await tinyCheckpoint(arch);
    const bits = fc.sample(fc.nat({ max: 8 * bytes.length - 1 }), 1500);
    const { refused, harmless } = flipBits(bytes, bits, decode);
    expect(refused + harmless).toBe(1500);
    expect(harmless).toBeLessThan(100);
  });
});
