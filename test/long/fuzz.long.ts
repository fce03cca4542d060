/** 20,000 files that are broken or hostile, with checksums and without, through everything that reads checkpoints. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentBackend, init } from '../../src/index.js';
import { decodeCheckpoint } from '../../src/training/checkpoint/checkpoint.js';
import { readSafetensors } from '../../src/training/checkpoint/safetensors.js';
import { testFolder } from '../helpers/cli.js';
import type { Corruption } from '../helpers/corrupt/corrupt.js';
import { corruptCheckpoint } from '../helpers/corrupt/corrupt-checkpoint.js';
import { examine, type Outcome, requireNoticed, requireVerdict } from '../helpers/corrupt/examine.js';
import { flipBits } from '../helpers/corrupt/flip-bits.js';
import { tinyCheckpoint } from '../helpers/models/training.js';
import { withoutChecksums } from '../helpers/safetensors/parts.js';
import { progress } from './progress.js';
import { Watchdog } from './watchdog.js';

const RUNS = 10_000;
/** For one case on a machine that may be busy; most take a millisecond. */
const LIMIT_MS = 10_000;
/**
 * What a case may take beside what its file holds: the largest rotary table that a configuration of few bytes can
 * ask for, in double precision and as float32.
 */
const ROTARY_TABLE_BYTES = 2 * 2 ** 22 * (8 + 4);

const folder = testFolder();
const watchdog = new Watchdog(LIMIT_MS);

beforeAll(() => init('wasm'));
afterAll(() => watchdog.close());

const ARCHS = ['ngpt', 'gpt'] as const;
const decode = (bytes: Uint8Array) => decodeCheckpoint(readSafetensors(bytes));

/** Examines corruptions of a file, each within its time and memory, and hands over what became of them. */
async function examineAll(
  name: string,
  original: Uint8Array,
  judge: (corruption: Corruption, outcome: Outcome) => void,
): Promise<Tally> {
  const tally = new Tally();
  const path = join(folder.path, `${name}.safetensors`);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(corruptCheckpoint(original), async (corruption) => {
      count++;
      const outcome = await watchdog.guard(count, () =>
        withinMemory(corruption.bytes.length, () => examine(corruption.bytes, path)),
      );
      judge(corruption, outcome);
      tally.add(corruption, outcome);
      if (count % 1000 === 0) progress(`${name}: ${count} of ${RUNS}, ${tally.summary()}`);
    }),
    { numRuns: RUNS },
  );
  tally.print();
  return tally;
}

describe('broken and hostile files', () => {
  it.each(ARCHS)(`of %s, ${RUNS} of them`, async (arch) => {
    const original = withoutChecksums(await tinyCheckpoint(arch));
    const { stages } = await examineAll(arch, original, requireVerdict);
    expect(stages.size).toBe(5);
  });

  it.each(ARCHS)(`of %s with checksums, ${RUNS} of them`, async (arch) => {
    const original = await tinyCheckpoint(arch);
    const whole = decode(original);
    await examineAll(`${arch} with checksums`, original, (corruption, outcome) =>
      requireNoticed(corruption, outcome, whole),
    );
  });

  it.each(ARCHS)('of %s, with every single bit flipped', async (arch) => {
    const bytes = await tinyCheckpoint(arch);
    const bits = Array.from({ length: 8 * bytes.length }, (_, bit) => bit);
    const { refused, harmless } = flipBits(bytes, bits, decode);
    progress(`${arch}: of ${bits.length} flipped bits ${refused} refused, ${harmless} without effect`);
    expect(refused + harmless).toBe(bits.length);
  });
});

/** @throws AssertionError when `f` takes memory beyond the file's size and the tables of a model. */
async function withinMemory<T>(fileBytes: number, f: () => Promise<T>): Promise<T> {
  const [before, reserved] = [process.memoryUsage(), currentBackend().memory().reservedBytes];
  const result = await f();
  const after = process.memoryUsage();
  const allowance = ROTARY_TABLE_BYTES + 20 * fileBytes;
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(allowance);
  expect(after.rss - before.rss).toBeLessThan(2 * allowance);
  expect(currentBackend().memory().reservedBytes - reserved).toBeLessThan(allowance);
  return result;
}

/** What became of which kind. */
class Tally {
  readonly stages = new Map<Outcome['stage'], number>();
  private readonly kinds = new Map<string, Map<Outcome['stage'], number>>();
  private readonly reasons = new Set<string>();

  add({ kind }: Corruption, { stage, reason }: Outcome): void {
    const ofKind = this.kinds.get(kind) ?? new Map();
    this.kinds.set(kind, ofKind);
    for (const counts of [this.stages, ofKind]) counts.set(stage, (counts.get(stage) ?? 0) + 1);
    // The same reason with other names and numbers is the same.
    if (reason !== null) this.reasons.add(reason.replace(/'.*'|".*"|[\d.,e+-]+|\[.*\]/gs, '…').slice(0, 80));
  }

  summary(): string {
    return describeCounts(this.stages);
  }

  print(): void {
    for (const [kind, counts] of [...this.kinds].sort())
      progress(`${kind.padEnd(28)} ${describeCounts(counts)}`);
    const peak = process.resourceUsage().maxRSS / 1024;
    progress(`${this.summary()}; ${this.reasons.size} different reasons; peak memory ${peak.toFixed(0)} MB`);
  }
}

function describeCounts(counts: ReadonlyMap<Outcome['stage'], number>): string {
  return [...counts].map(([stage, count]) => `${count} ${stage}`).join(', ');
}
