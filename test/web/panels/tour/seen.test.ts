import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noteSeen, wasSeen } from '../../../../web/panels/tour/seen.js';
import { STEPS } from '../../../../web/panels/tour/steps.js';

function memory() {
  const values = new Map<string, string>();
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
  };
}

describe('the tour', () => {
  it('is remembered to have been seen', () => {
    const kept = memory();
    expect(wasSeen(() => kept)).toBe(false);
    noteSeen(() => kept);
    expect(wasSeen(() => kept)).toBe(true);
    expect(wasSeen(memory)).toBe(false);
  });

  it('is not offered again and again where nothing can be remembered', () => {
    const forbidden = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    expect(() => noteSeen(forbidden)).not.toThrow();
    expect(wasSeen(forbidden)).toBe(true);
  });

  it('has six steps, each at a place that the page has', () => {
    const panels = readFileSync('web/panels/index.ts', 'utf8');
    const html = readFileSync('web/index.html', 'utf8');
    expect(STEPS).toHaveLength(6);
    for (const { at } of STEPS) {
      expect(panels.includes(`    ${at}: `) || html.includes(`id="${at}"`), at).toBe(true);
    }
  });
});
