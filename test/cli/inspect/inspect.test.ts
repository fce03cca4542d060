import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelReport } from '../../../src/experiments/inspect/model-report.js';
import { jsonLines, runHosted, SMALL_MODEL, testFolder } from '../../helpers/cli.js';

const folder = testFolder();

beforeAll(async () => {
  await writeFile(join(folder.path, 'text.txt'), 'abcdefg'.repeat(100));
  for (const arch of ['ngpt', 'gpt']) {
    const given = [...SMALL_MODEL, '--arch', arch, '--warmup-iters', '0', '--max-iters', '20', '--json'];
    const { code } = await runHosted(
      ['train', ...given, '--data', 'text.txt', '--out-dir', arch],
      folder.path,
    );
    expect(code).toBe(0);
  }
});

async function inspect(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runHosted(['inspect', ...args], folder.path);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

async function report(...args: string[]): Promise<ModelReport> {
  const lines = jsonLines(await inspect('--json', ...args));
  expect(lines).toHaveLength(1);
  return lines[0] as unknown as ModelReport;
}

describe('ngpt inspect', () => {
  it.each(['ngpt', 'gpt'] as const)('measures %s, the same each time, in one JSON object', async (arch) => {
    const found = await report('--checkpoint', arch);
    expect(found).toMatchObject({
      event: 'inspect',
      version: 1,
      checkpoint: arch,
      step: 20,
      config: { arch },
    });
    expect(found.hidden).toMatchObject({ data: 'text.txt', blocks: 16, seed: 1337 });
    const { nLayer, nHead } = found.config;
    expect(found.matrices.map(({ key }) => key.conditionNumbers.length)).toEqual(Array(nLayer).fill(nHead));
    expect(found.scales === null).toBe(arch === 'gpt');
    expect(await report('--checkpoint', arch)).toEqual(found);
    const other = await report('--checkpoint', arch, '--blocks', '2', '--seed', '1');
    expect(other.matrices).toEqual(found.matrices);
    expect(other.hidden.layers).not.toEqual(found.hidden.layers);
  });

  it('reads the best checkpoint and other data', async () => {
    await writeFile(join(folder.path, 'other.txt'), 'gfedcba'.repeat(100));
    const best = await report('--checkpoint', 'ngpt', '--best', '--data', 'other.txt');
    expect(best.checkpoint).toBe(join('ngpt', 'best.safetensors'));
    expect(best.hidden.data).toBe('other.txt');
  });

  it('prints tables for people', async () => {
    const text = await inspect('--checkpoint', 'ngpt');
    expect(text).toMatch(/^ngpt: nGPT of [\d,]+ parameters after 20 steps\n/);
    expect(text).toMatch(/\nlayer +\|α_A\| +\|α_M\| +s_qk +s_u +s_v\n1 /);
    expect(text).toMatch(/\nlayer +query +key +value +output +MLP u +MLP v +MLP output\n1 +\d/);
    expect(text).toMatch(/\nembedding +1\n1 +1 +\d+\.\d° +\d+\.\d° +\d+\.\d° +\d+\.\d %/);
    expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(await inspect('--checkpoint', 'gpt')).toMatch(
      /^gpt: GPT of [\d,]+ parameters after 20 steps\n\nembeddings: /,
    );
  });
});
