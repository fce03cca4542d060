import { describe, expect, it } from 'vitest';
import { SHADES } from '../../../src/experiments/report/chart.js';
import { ON_DARK, ON_WHITE } from '../../../src/experiments/report/draw/palette.js';
import { looksOf } from '../../../src/experiments/report/figures/looks.js';
import type { Architecture } from '../../../src/ngpt/index.js';
import { property } from '../../helpers/values/draw.js';

const HUES: Readonly<Record<Architecture, readonly string[]>> = { ngpt: SHADES.blue, gpt: SHADES.vermilion };

/** Relative luminance, as WCAG has it. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe('looks', () => {
  it('have one hue for each architecture, and are all different', () => {
    property((draw) => {
      const architectures = Array.from({ length: draw.integer(1, 12) }, () => draw.pick('ngpt', 'gpt'));
      const looks = looksOf(architectures);
      expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(looks.length);
      for (const [i, { colour }] of looks.entries()) expect(HUES[architectures[i]]).toContain(colour);
    });
  });

  it('keep the ordinary colour where there is one of each', () => {
    expect(looksOf(['gpt', 'ngpt']).map(({ colour }) => colour)).toEqual(['vermilion', 'blue']);
  });

  it('are seen on the page: every colour with a contrast of 3:1', () => {
    for (const colour of Object.values(ON_WHITE)) {
      expect(contrast(colour, '#ffffff'), colour).toBeGreaterThanOrEqual(3);
    }
    for (const colour of Object.values(ON_DARK)) {
      expect(contrast(colour, '#14181d'), colour).toBeGreaterThanOrEqual(3);
    }
  });
});
