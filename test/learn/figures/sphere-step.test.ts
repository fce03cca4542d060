import { beforeAll, describe, expect, it } from 'vitest';
import { exactBackend } from '../../../learn/figures/base/engine.js';
import { drawSphereStep, onPicture, placeIn } from '../../../learn/figures/sphere-step/draw.js';
import { START, sphereStepOf } from '../../../learn/figures/sphere-step/geometry.js';
import type { Backend } from '../../../src/index.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

let backend: Backend;
beforeAll(async () => {
  backend = await exactBackend();
});

describe('a step on the circle', () => {
  it('is what plane trigonometry says, wherever h and the target are', () => {
    property((draw) => {
      const state = {
        h: draw.integer(0, 359),
        target: draw.integer(0, 359),
        alpha: draw.integer(1, 99) / 100,
      };
      const apart = Math.abs(((state.target - state.h + 540) % 360) - 180);
      if (apart > 178 || apart < 1) return;
      const step = sphereStepOf(state, backend);
      const radians = (apart * Math.PI) / 180;
      const [x, y] = [1 - state.alpha + state.alpha * Math.cos(radians), state.alpha * Math.sin(radians)];
      expectClose(step.between, apart, absolute(1e-9));
      expectClose(step.chordLength, Math.hypot(x, y), absolute(1e-12));
      expectClose(step.lerpAngle, (Math.atan2(y, x) * 180) / Math.PI, absolute(1e-9));
      expectClose(step.slerpAngle, state.alpha * apart, absolute(1e-9));
      expectClose(step.lerp.x * step.tangent.x + step.lerp.y * step.tangent.y, 0, absolute(1e-12));
      const left = ((apart - step.lerpAngle) * Math.PI) / 180;
      expectClose(Math.hypot(step.tangent.x, step.tangent.y), Math.sin(left), absolute(1e-9));
    });
  });

  it('has the slope in α that differences give', () => {
    const loss = (alpha: number) => {
      const { between, lerpAngle } = sphereStepOf({ ...START, alpha }, backend);
      return -Math.cos(((between - lerpAngle) * Math.PI) / 180);
    };
    const slope = (loss(START.alpha + 1e-5) - loss(START.alpha - 1e-5)) / 2e-5;
    expectClose(sphereStepOf(START, backend).alphaGradient, slope, absolute(1e-8));
  });
});

it('draws both steps where they end', () => {
  const step = sphereStepOf(START, backend);
  const { body, says } = drawSphereStep(START, step, 420);
  for (const point of [step.h, step.target, step.lerp, step.onChord]) {
    const { x, y } = onPicture(placeIn(420), point);
    expect(body).toMatch(
      new RegExp(`cx="${x.toFixed(1).replace(/\.0$/, '')}" cy="${y.toFixed(1).replace(/\.0$/, '')}"`),
    );
  }
  expect(says).toContain('turns h by 31.8°, the arc by 38.5°');
  expect(body).not.toContain('NaN');
});

it.each([0, 1])('is there at the ends, α = %d, and where both points are one', (alpha) => {
  for (const target of [START.h, START.target, START.h + 180]) {
    const state = { ...START, target, alpha };
    expect(drawSphereStep(state, sphereStepOf(state, backend)).body).not.toContain('NaN');
  }
});

it('breaks the words of its legend where a picture is narrow', () => {
  const step = sphereStepOf(START, backend);
  const wordsAt = (width: number) =>
    [...drawSphereStep(START, step, width).body.matchAll(/font-size="12"[^>]*>([^<]*)</g)].map(
      ([, words]) => words,
    );
  expect(wordsAt(420)).toHaveLength(5);
  expect(wordsAt(280).join(' ')).toBe(wordsAt(420).join(' '));
  // Six to seven pixels a letter, beside the marks.
  for (const words of wordsAt(280)) expect(words.length).toBeLessThanOrEqual(37);
  expect(drawSphereStep(START, step, 280).height).toBeGreaterThan(
    placeIn(280).centre.y + placeIn(280).radius + 5 * 22,
  );
});
