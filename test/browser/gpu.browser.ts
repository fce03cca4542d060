import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FusedKernels } from '../../src/index.js';
import { expectReplayed, expectSteady } from '../helpers/gpu/gpu-expectations.js';
import { FUSED } from '../helpers/kernels/fused-cases.js';
import { type PrimitiveName, primitiveNames } from '../helpers/kernels/primitive-cases.js';
import { SHARED_RUNS } from '../helpers/models/reference-runs.js';
import type { BrowserTests } from './page/index.js';
import { type OpenPage, openTestPage } from './test-page.js';

// The name under which the page offers its functions.
declare const tests: BrowserTests;

/** Random cases for each kernel, some of them empty; every shape compiles a shader of its own. */
const RUNS = 40;

let opened: OpenPage;
let page: OpenPage['page'];

beforeAll(async () => {
  opened = await openTestPage();
  page = opened.page;
});

afterAll(() => opened?.close());

it('runs a minified bundle in an isolated page', async () => {
  expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
  const source = await page.evaluate(async () => {
    const script = document.querySelector('script')!.src;
    return (await fetch(script)).text();
  });
  expect(source).not.toContain('checkFused(');
});

describe.each(['webgpu', 'webgl2'])('the gpu backend in mode %s', (mode) => {
  it('runs in that mode', async () => {
    expect(await page.evaluate((mode) => tests.mode(mode), mode)).toBe(mode);
  });

  it.each(primitiveNames)('agrees with reference in %s', async (name) => {
    const check = ({ mode, name, runs }: { mode: string; name: PrimitiveName; runs: number }) =>
      tests.checkPrimitive(mode, name, runs);
    expect(await page.evaluate(check, { mode, name, runs: RUNS })).toBeNull();
  });

  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])('agrees with the definition of %s', async (name) => {
    const check = ({ mode, name, runs }: { mode: string; name: keyof FusedKernels; runs: number }) =>
      tests.checkFused(mode, name, runs);
    expect(await page.evaluate(check, { mode, name, runs: RUNS })).toBeNull();
  });

  it('finds every element of a large tensor', async () => {
    expect(await page.evaluate((mode) => tests.firstWrongOfMany(mode), mode)).toBe(-1);
  });

  it.each(SHARED_RUNS)('trains as the reference run %s says', async (name) => {
    const errors = await page.evaluate(({ mode, name }) => tests.replay(mode, name), { mode, name });
    const gradient = Math.max(...Object.values(errors.gradients));
    console.log(`${mode} ${name}:`, { losses: errors.losses, gradient, unitNorms: errors.unitNorms });
    expectReplayed(errors, name);
  });

  it('trains 300 steps with one upload and one readback each, and grows nowhere', async () => {
    const records = await page.evaluate((mode) => tests.train(mode, 300), mode);
    const { loss, ...last } = records[299];
    console.log(mode, last, `losses ${records[0].loss} … ${loss}`);
    expectSteady(records);
  });
});

it('asks WebGL2 for 32 bits, where its default may be 16', async () => {
  expect(await page.evaluate(() => tests.precisions())).toEqual(['highp']);
});

it('saw no error in the console', () => expect(opened.complaints).toEqual([]));
