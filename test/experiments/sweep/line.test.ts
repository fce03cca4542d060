import { describe, expect, it } from 'vitest';
import { AXES, placeOf, variantOf } from '../../../src/experiments/sweep/line.js';
import { property } from '../../helpers/values/draw.js';

describe('the name of a run of a sweep', () => {
  it('says all that makes it', () => {
    property((draw) => {
      const place = {
        axis: draw.pick(...AXES),
        size: draw.integer(1, 5000),
        tunedAt: draw.pick(null, draw.integer(1, 5000)),
        alpha: draw.pick(null, draw.integer(1, 1000) / 1000, 1e-9, 0.1 + 0.2, 1e21),
      };
      expect(placeOf({ variant: variantOf(place) })).toEqual(place);
    });
  });

  it('is none of those that a comparison gives', () => {
    for (const variant of [null, 'no-qk-norm', 'alpha-0.25', 'width-', 'width-8-from-', 'xwidth-8']) {
      expect(placeOf({ variant })).toBe(null);
    }
  });
});
