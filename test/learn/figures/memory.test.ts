import { beforeAll, expect, it } from 'vitest';
import { freshWasmBackend } from '../../../learn/figures/base/engine.js';
import { drawMemory, sentence } from '../../../learn/figures/memory/draw.js';
import { isLive, measureStep, type StepMemory, sizesAt } from '../../../learn/figures/memory/measure.js';
import type { Backend } from '../../../src/index.js';

let backend: Backend;
let memory: StepMemory;
beforeAll(async () => {
  backend = await freshWasmBackend();
  memory = measureStep(backend);
});

it('has at every moment the bytes that the backend counts', () => {
  const counted = memory.bytes.map((_, moment) =>
    memory.blocks.filter((block) => isLive(block, moment)).reduce((sum, { bytes }) => sum + bytes, 0),
  );
  expect(counted).toEqual(memory.bytes);
});

it('lays no two blocks that live at once over each other', () => {
  memory.bytes.forEach((_, moment) => {
    const live = memory.blocks.filter((block) => isLive(block, moment)).sort((a, b) => a.address - b.address);
    live.slice(1).forEach(({ address }, i) => {
      expect(address).toBeGreaterThanOrEqual(live[i].address + live[i].size);
    });
  });
});

it('is the step of a loop that grows no more, and leaves nothing behind', () => {
  expect(memory.end).toBe(memory.endBefore);
  expect(memory.bytes.at(-1)).toBeLessThan(Math.max(...memory.bytes));
});

it('counts every place once, as in use or free', () => {
  const { begins, bytes } = memory;
  const places = (moment: number) => sizesAt(memory, moment).map(({ live, free }) => live + free);
  expect(places(0)).toEqual(places(bytes.length - 1));
  const free = (moment: number) => sizesAt(memory, moment).reduce((sum, each) => sum + each.free, 0);
  expect(free(begins.backward)).toBeLessThan(free(0));
});

it('is drawn at every moment, with words', () => {
  for (let moment = 0; moment < memory.bytes.length; moment += 7) {
    expect(drawMemory({ memory, moment }, 360).body).not.toMatch(/NaN|undefined/);
    expect(sentence({ memory, moment })).toMatch(/buffers, .* in use/);
  }
});
