/** What every contender in JavaScript has around it: it makes cases ready, answers questions and takes the time. */
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { sampler } from '../../repeat.js';
import {
  CASES,
  type CaseName,
  CHECKED_STEPS,
  type Failure,
  groupOf,
  REPLY_DESCRIPTOR,
  type Replies,
  type Request,
  SAMPLE_MS,
} from '../protocol.js';
import type { StepSettings } from '../workload.js';
import { type HostArray, readArrays } from './read-arrays.js';

export type { HostArray };

/** A kernel that is ready: it leaves nothing behind, and is done when it returns or its promise resolves. */
export interface PreparedKernel {
  run(): void | Promise<void>;
  /** What it computes, row-major. */
  values(): Promise<ArrayLike<number>>;
}

/** One training step, on the batch of that index; the loss before the update is read back. */
export type Step = (index: number) => Promise<number>;

/** A library, as the host sees it; it is ready to compute. */
export interface Library {
  readonly label: string;
  matmul(a: HostArray, b: HostArray): PreparedKernel | Promise<PreparedKernel>;
  softmax(x: HostArray): PreparedKernel | Promise<PreparedKernel>;
  unit(x: HostArray): PreparedKernel | Promise<PreparedKernel>;
  step: ((workload: StepWorkload) => Step | Promise<Step>) | null;
}

export interface StepWorkload {
  readonly folder: string;
  readonly settings: StepSettings;
  /** The weights under the names of the released code. */
  readonly weights: ReadonlyMap<string, HostArray>;
  /** Int32 [2, rows, blockSize]: what goes in, and what follows. */
  readonly batches: readonly HostArray[];
}

interface Prepared {
  check(): Promise<ArrayLike<number>>;
  sample(): Promise<number>;
}

/** Relaxed SIMD for all, before anything is compiled. To pair vectors gains the others nothing, so that is left to ours. */
function setFlags(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** Answers questions until there are no more. */
export async function serve(open: (args: readonly string[]) => Promise<Library>): Promise<void> {
  setFlags();
  const [folder, ...args] = process.argv.slice(2);
  let library: Library | null = null;
  const prepared = new Map<CaseName, Prepared>();
  const answer = async (request: Request): Promise<Replies[Request['ask']]> => {
    library ??= await open(args);
    if (request.ask === 'describe') return { label: library.label };
    const found = prepared.get(request.name) ?? (await prepare(library, request.name, folder));
    prepared.set(request.name, found);
    if (request.ask === 'sample') return { ms: await found.sample() };
    const values = Float32Array.from(await found.check());
    return { values: Buffer.from(values.buffer).toString('base64') };
  };
  for await (const line of createInterface({ input: process.stdin })) {
    say(await answer(JSON.parse(line)).catch((error): Failure => ({ error: oneLine(error) })));
  }
  process.exit(0);
}

function say(reply: object): void {
  const bytes = Buffer.from(`${JSON.stringify(reply)}\n`);
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(REPLY_DESCRIPTOR, bytes, written);
  }
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}

async function prepare(library: Library, name: CaseName, folder: string): Promise<Prepared> {
  if (!CASES.includes(name)) throw new Error(`there is no case ${name}`);
  const inputs = readArrays(join(folder, 'inputs.safetensors'));
  const group = groupOf(name);
  if (group === 'step') return prepareStep(library, folder, inputs);
  const array = (input: string) => inputs.get(input)!;
  const kernel =
    group === 'matmul'
      ? await library.matmul(array(`${name} a`), array(`${name} b`))
      : await library[group](array(`${name} x`));
  const take = sampler(() => kernel.run(), SAMPLE_MS);
  const sample = async () => {
    const { elapsedMs, repetitions } = await take();
    return elapsedMs / repetitions;
  };
  return { check: () => kernel.values(), sample };
}

async function prepareStep(
  { step: makeStep, label }: Library,
  folder: string,
  inputs: ReadonlyMap<string, HostArray>,
): Promise<Prepared> {
  if (makeStep === null) throw new Error(`${label} cannot train`);
  const settings: StepSettings = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
  const weights = readArrays(join(folder, 'weights.safetensors'));
  const batches = Array.from({ length: CHECKED_STEPS }, (_, i) => inputs.get(`step batch ${i}`)!);
  const step = await makeStep({ folder, settings, weights, batches });
  let steps = 0;
  const next = () => step(steps++ % batches.length);
  const check = async () => {
    const losses: number[] = [];
    for (let i = 0; i < CHECKED_STEPS; i++) losses.push(await next());
    return losses;
  };
  const sample = async () => {
    const started = performance.now();
    await next();
    return performance.now() - started;
  };
  return { check, sample };
}
