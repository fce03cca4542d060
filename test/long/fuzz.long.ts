/** 20,000 files that are broken or hostile, through everything that reads checkpoints. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentBackend, init } from '../../src/index.js';
import { testFolder } from '../helpers/cli.js';
import type { Corruption } from '../helpers/corrupt/corrupt.js';
import { corruptCheckpoint } from '../helpers/corrupt/corrupt-checkpoint.js';
import { examine, type Outcome, requireVerdict } from '../helpers/corrupt/examine.js';
import { tinyCheckpoint } from '../helpers/models/training.js';
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

describe('broken and hostile files', () => {
  it.each(['ngpt', 'gpt'] as const)(`of %s, ${RUNS} of them`, async (arch) => {
    const tally = new Tally();
    const path = join(folder.path, `${arch}.safetensors`);
    const file = corruptCheckpoint(await tinyCheckpoint(arch));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(file, async (corruption) => {
        count++;
        const outcome = await watchdog.guard(count, () =>
          withinMemory(corruption.bytes.length, () => examine(corruption.bytes, path)),
        );
        requireVerdict(corruption, outcome);
        tally.add(corruption, outcome);
        if (count % 1000 === 0) progress(`${arch}: ${count} of ${RUNS}, ${tally.summary()}`);
      }),
      { numRuns: RUNS },
    );
    tally.print();
    expect(tally.stages.size).toBe(5);
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
