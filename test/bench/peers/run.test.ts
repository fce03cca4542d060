/** The whole of it with real processes: our own contenders from dist, and some that lie or die. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENDERS, type Contender } from '../../../bench/peers/contenders.js';
import { compare, type Plan } from '../../../bench/peers/run.js';
import { writeWorkload } from '../../../bench/peers/workload.js';

const HOST = fileURLToPath(new URL('../../../bench/peers/contenders/host.ts', import.meta.url));
/** The mode that every engine has, on one thread and on two. */
const ours = CONTENDERS.filter(({ family, args }) => family === 'ours' && args[0] === 'simd');
/** Each process compiles itself first, on a machine that may be busy. */
const TIMEOUT = 180_000;

/** A contender whose results are what `values` says, and whose step is `step`. */
function program(values: string, step: string): string {
  return `import { serve } from ${JSON.stringify(HOST)};
    const kernel = (...xs) => ({ run: () => {}, values: async () => ${values} });
    await serve(async () => ({ label: 'test', matmul: kernel, softmax: kernel, unit: kernel, step: ${step} }));`;
}

describe('compare', { timeout: TIMEOUT }, () => {
  let folder = '';
  let workload: Awaited<ReturnType<typeof writeWorkload>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spheregrad-peers-test-'));
    workload = await writeWorkload();
  });
  afterAll(async () => {
    await workload.remove();
    await rm(folder, { recursive: true });
  });

  async function contender(name: string, source: string): Promise<Contender> {
    const path = join(folder, `${name}.mts`);
    await writeFile(path, source);
    return { ...ours[0], name, program: path };
  }

  const run = (plan: Partial<Plan>) =>
    compare({
      ...{ contenders: ours, cases: ['unit'], rounds: 1, tell: () => {} },
      programs: { node: process.execPath, python: null, workload: workload.folder },
      ...plan,
    });

  it('measures ours, whose losses are the same on two threads', async () => {
    const { series, labels, absences } = await run({ cases: ['step'] });
    expect(absences).toEqual([]);
    expect(labels.get(ours[0].name)).toBe(`SphereGrad ${ours[0].args[0]}, 1 thread`);
    expect(series.map(({ contender: who }) => who)).toEqual(ours.map(({ name }) => name));
    for (const { samples } of series) expect(samples).toEqual([{ round: 1, ms: expect.any(Number) }]);
  });

  it('refuses to measure where one computes something else', async () => {
    const liar = await contender('liar', program('xs[0].data', 'null'));
    await expect(run({ contenders: [ours[0], liar] })).rejects.toThrow('unit: liar computes');
    const early = await contender('early', program('xs[0].data', 'async () => async () => 4'));
    await expect(run({ contenders: [ours[0], early], cases: ['step'] })).rejects.toThrow(
      /^step: early computes a loss of 4 in step 1, wanted 4\.\d+ within 0\.0010; nothing was measured$/,
    );
  });

  it('leaves out who cannot, with the reason in a line', async () => {
    const broken = await contender('broken', "throw new TypeError('nothing here\\nat all')");
    const kernels = await contender('kernels', program('xs[0].data', 'null'));
    const dies = await contender('dies', program('process.exit(3)', 'null'));
    const { absences, series } = await run({
      contenders: [broken, kernels, dies, { ...ours[0], name: 'snake', program: 'contenders/pytorch.py' }],
      cases: ['step'],
    });
    expect(series).toEqual([]);
    expect(absences.map(({ contender: who, name, reason }) => [who, name, reason])).toEqual([
      ['broken', null, 'its process ended: TypeError: nothing here'],
      ['snake', null, expect.stringContaining('found no Python with torch')],
      ['kernels', 'step', 'test cannot train'],
      ['dies', 'step', 'test cannot train'],
    ]);
    const ended = await run({ contenders: [ours[0], dies], cases: ['unit'] });
    expect(ended.absences).toEqual([
      { contender: 'dies', name: 'unit', reason: 'its process ended: without a word' },
    ]);
    expect(ended.series.map(({ contender: who }) => who)).toEqual([ours[0].name]);
  });
});
