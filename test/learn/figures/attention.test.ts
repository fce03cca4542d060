import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, drawAttention, sentence } from '../../../learn/figures/attention/draw.js';
import { BLOCK_ROWS, HEAD_DIM, measureAttention } from '../../../learn/figures/attention/measure.js';
import { freshWasmBackend } from '../../../learn/figures/base/engine.js';
import type { Backend } from '../../../src/index.js';

let backend: Backend;
beforeAll(async () => {
  backend = await freshWasmBackend();
});

describe.each([64, 192])('the memory of attention over %d tokens', (length) => {
  it('is its output alone, or the weights besides; nothing stays behind', () => {
    const { fused, composed } = measureAttention(length, backend);
    const [output, square] = [length * HEAD_DIM * 4, length * length * 4];
    expect(fused.afterForward).toBe(output);
    expect(composed.afterForward).toBeGreaterThan(output + 2 * square);
    expect(composed.afterForward).toBeLessThan(output + 5 * square);
    expect(fused.most).toBeLessThan(square + 8 * output);
    expect(composed.most).toBeGreaterThan(composed.afterForward);
    expect(backend.memory().buffers).toBe(0);
  });

  it('is drawn for every block', () => {
    const memory = measureAttention(length, backend);
    expect(blocksOf(memory)).toBe(length / 64);
    for (let block = 0; block < blocksOf(memory); block++) {
      const { body } = drawAttention({ memory, block });
      expect(body).toContain(`rows ${64 * block} … ${64 * block + 63}`);
      expect(body).not.toMatch(/NaN|undefined/);
    }
    expect(sentence({ memory, block: 0 })).toContain(`${length} tokens`);
  });
});

it('draws blocks of as many rows as the kernel works on', () => {
  const kernel = new URL('../../../src/tensor/backends/wasm/assembly/attention/index.ts', import.meta.url);
  expect(readFileSync(kernel, 'utf8')).toContain(`const BLOCK_ROWS: i32 = ${BLOCK_ROWS};`);
});
