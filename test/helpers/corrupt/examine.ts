/** Puts files that may be broken or hostile through everything that reads checkpoints. */
import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { CheckpointError, currentBackend, DataError, maxNormError, sizeOf } from '../../../src/index.js';
import { type Checkpoint, decodeCheckpoint, loadModel } from '../../../src/training/checkpoint/checkpoint.js';
import { readSafetensorsFile } from '../../../src/training/checkpoint/node/safetensors-file.js';
import { readSafetensors, type SafetensorsFile } from '../../../src/training/checkpoint/safetensors.js';
import { resumeTraining } from '../../../src/training/loop/training-state.js';
import { dispose, letterDataset } from '../models/training.js';
import { CHECKSUMS } from '../safetensors/parts.js';
import type { Corruption } from './corrupt.js';

/** How far a file got, and why no further. */
export interface Outcome {
  readonly stage: 'not read' | 'not decoded' | 'not loaded' | 'not resumed' | 'resumed';
  readonly reason: string | null;
}

const tokens = letterDataset().train;

/**
 * Reads, decodes, loads and resumes, as far as it goes. A refusal is a CheckpointError with one line that says why;
 * what is not refused must be right, and nothing may be left behind. `path` is overwritten.
 */
export async function examine(bytes: Uint8Array, path: string): Promise<Outcome> {
  const { buffers } = currentBackend().memory();
  const outcome = await furthestStage(bytes, path);
  expect(currentBackend().memory().buffers).toBe(buffers);
  return outcome;
}

async function furthestStage(bytes: Uint8Array, path: string): Promise<Outcome> {
  writeFileSync(path, bytes);
  const read = await attempt(() => readSafetensors(bytes));
  expect(await attempt(() => readSafetensorsFile(path))).toEqual(read);
  if ('reason' in read) return { stage: 'not read', reason: read.reason };
  requireWithin(read.value, bytes.length);

  const decoded = await attempt(() => decodeCheckpoint(read.value));
  if ('reason' in decoded) return { stage: 'not decoded', reason: decoded.reason };

  const loaded = await attempt(() => loadModel(decoded.value));
  if ('reason' in loaded) return { stage: 'not loaded', reason: loaded.reason };
  const { model } = loaded.value;
  expect(await maxNormError(model)).toBeLessThanOrEqual(1e-6);
  const state = await model.stateDict();
  expect([...state.keys()].sort()).toEqual([...decoded.value.model.keys()].sort());
  for (const { data } of state.values()) expect(data.every(Number.isFinite)).toBe(true);
  model.dispose();
  return resume(decoded.value);
}

async function resume(checkpoint: Checkpoint): Promise<Outcome> {
  // The data may be too short for the block that the checkpoint asks for.
  const state = await attempt(() => resumeTraining(checkpoint, checkpoint.settings, tokens), [DataError]);
  if ('reason' in state) return { stage: 'not resumed', reason: state.reason };
  expect(state.value.step).toBe(checkpoint.step);
  dispose(state.value);
  return { stage: 'resumed', reason: null };
}

/** @throws AssertionError unless the outcome is one that the verdict on the file allows. */
export function requireVerdict({ kind, verdict }: Corruption, { stage, reason }: Outcome): void {
  const allowed = {
    unreadable: stage === 'not read',
    unusable: stage !== 'resumed',
    usable: stage === 'resumed',
    open: true,
  };
  expect(allowed[verdict], `${kind} is ${verdict}, and was ${stage}: ${reason}`).toBe(true);
}

/** Converted on purpose, which checksums cannot tell from damage. */
const CONVERTED = ['tensor in bfloat16', 'tensor in float64'];

/**
 * @throws AssertionError unless a file that still has the checksums of `original` is refused, or read as that one was.
 */
export function requireNoticed({ kind, bytes, verdict }: Corruption, outcome: Outcome, original: Checkpoint) {
  if (!Buffer.from(bytes).includes(`"${CHECKSUMS}":`)) return;
  const wanted = CONVERTED.includes(kind) ? 'unreadable' : verdict;
  requireVerdict({ kind, bytes, verdict: wanted }, outcome);
  if (outcome.stage === 'not read') return;
  expect(decodeCheckpoint(readSafetensors(bytes)), `${kind} changed what was read`).toEqual(original);
}

type Attempt<T> = { readonly value: T } | { readonly reason: string };

/** What `f` gives, or why it was refused; any other error goes on. */
async function attempt<T>(
  f: () => T | Promise<T>,
  refusals: readonly (new (message: string) => Error)[] = [],
): Promise<Attempt<T>> {
  try {
    return { value: await f() };
  } catch (error) {
    if (![CheckpointError, ...refusals].some((refusal) => error instanceof refusal)) throw error;
    const { message } = error as Error;
    expect(message).toMatch(/^[^\n]{10,1000}$/);
    return { reason: message };
  }
}

/** What was read cannot be more than the file holds; half precision becomes twice as long. */
function requireWithin({ tensors }: SafetensorsFile, fileBytes: number): void {
  let total = 0;
  for (const { data, shape } of tensors.values()) {
    expect(data.length).toBe(sizeOf(shape));
    total += data.byteLength;
  }
  expect(total).toBeLessThanOrEqual(2 * fileBytes);
}
