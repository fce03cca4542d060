import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Backend, createBackend, liveBuffers } from '../../src/index.js';
import { createGpuBackend } from '../../src/tensor/backends/gpu/index.js';
import { reference64 } from '../helpers/kernels/backends.js';
import { wasmBackends } from '../helpers/kernels/wasm.js';
import { ofLargest, relative, type Tolerance } from '../helpers/values/tolerance.js';
import { cases, titleOf } from './cases.js';
import { INTENDED } from './intended.js';
import { CALLS } from './ops.js';
import { differences } from './replay.js';

/** In float32 what is off by rounding is small beside the largest element, or beside terms of 1. */
const SINGLE = ofLargest(3e-5, 1);

const subjects: readonly (readonly [name: string, backend: Backend, tolerance: Tolerance])[] = [
  ['reference float64', reference64, relative(1e-9)],
  ['reference float32', await createBackend('reference'), SINGLE],
  ...wasmBackends.map(([mode, backend]) => [`wasm ${mode}`, backend, SINGLE] as const),
  ['gpu cpu', await createGpuBackend({ mode: 'cpu' }), SINGLE],
  ['gpu webasm', await createGpuBackend({ mode: 'webasm' }), SINGLE],
];
const ops = [...CALLS.keys()];

describe.each(subjects)('on %s', (_, backend, tolerance) => {
  it.each(ops)('%s does what it does in PyTorch', async (op) => {
    const before = liveBuffers();
    const found: string[] = [];
    const ofOp = cases.filter((one) => one.op === op);
    expect(ofOp.length, `cases of ${op}, which docs/pytorch.md tells how to make`).toBeGreaterThan(0);
    for (const subject of ofOp) {
      const title = titleOf(subject);
      for (const [part, difference] of await differences(backend, subject, tolerance)) {
        if (!INTENDED[title]?.parts.includes(part)) found.push(`${title}, ${part}: ${difference}`);
      }
    }
    expect(found).toEqual([]);
    expect(liveBuffers()).toBe(before);
  });
});

describe('what is meant to differ', () => {
  it('is told in docs/pytorch.md', () => {
    const text = readFileSync('docs/pytorch.md', 'utf8').replace(/\s+/g, ' ');
    expect(Object.values(INTENDED).filter(({ reason }) => !text.includes(reason))).toEqual([]);
  });

  it.each(Object.keys(INTENDED))('%s still does', async (title) => {
    const subject = cases.find((one) => titleOf(one) === title);
    if (subject === undefined) return expect.fail('there is no such case');
    const found = await differences(reference64, subject, relative(1e-9));
    expect([...found.keys()]).toEqual(INTENDED[title].parts);
  });
});

it('has cases of these ops alone, and many', () => {
  expect(cases.filter(({ op }) => !CALLS.has(op)).map(titleOf)).toEqual([]);
  expect(cases.length).toBeGreaterThanOrEqual(600);
});
