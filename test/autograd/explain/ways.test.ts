import { describe, expect, it } from 'vitest';
import { pathOf, round, waysOf } from '../../../src/autograd/explain/ways.js';

/** Two boxes above one, 100 apart, and their centres. */
const boxes = [
  { width: 40, height: 20 },
  { width: 40, height: 30 },
  { width: 40, height: 50 },
];
const centres = [
  { x: 50, y: 20 },
  { x: 150, y: 20 },
  { x: 100, y: 100 },
];

describe('waysOf', () => {
  it('leads from the lower side of one box to the upper side of another, past the bends between', () => {
    const bend = { x: 70, y: 60 };
    const ways = waysOf(boxes, [{ from: 0, to: 2 }], { centres, bends: [[bend]] });
    expect(ways).toEqual([[{ x: 50, y: 30 }, bend, { x: 100, y: 75 }]]);
  });

  it('lets edges arrive 12 apart, in the order they come from, around the middle', () => {
    const edges = [
      { from: 1, to: 2 },
      { from: 0, to: 2 },
    ];
    expect(waysOf(boxes, edges, { centres, bends: [[], []] })).toEqual([
      [
        { x: 150, y: 35 },
        { x: 106, y: 75 },
      ],
      [
        { x: 50, y: 30 },
        { x: 94, y: 75 },
      ],
    ]);
    const thrice = [...edges, { from: 1, to: 2 }];
    // Where it bends last is where the third comes from: between the others.
    const ways = waysOf(boxes, thrice, { centres, bends: [[], [], [{ x: 100, y: 60 }]] });
    expect(ways.map((way) => way.at(-1))).toEqual([
      { x: 112, y: 75 },
      { x: 88, y: 75 },
      { x: 100, y: 75 },
    ]);
  });

  it('counts only those that arrive at the same box', () => {
    const edges = [
      { from: 0, to: 1 },
      { from: 0, to: 2 },
      { from: 1, to: 2 },
    ];
    const below = [centres[0], { x: 80, y: 60 }, centres[2]];
    const ends = waysOf(boxes, edges, { centres: below, bends: [[], [], []] }).map((way) => way.at(-1)?.x);
    expect(ends).toEqual([80, 94, 106]);
  });
});

describe('pathOf', () => {
  it('goes straight down where it leaves, passes and arrives, and half the way between to the side', () => {
    const way = [
      { x: 10, y: 0 },
      { x: 30, y: 20 },
      { x: 25.04, y: 31.96 },
    ];
    expect(pathOf(way)).toBe('M10 0C10 10 30 10 30 20C30 26 25 26 25 32');
  });
});

describe('round', () => {
  it('keeps tenths', () => {
    expect([1.24, 1.25, -0.16, 7].map(round)).toEqual([1.2, 1.3, -0.2, 7]);
  });
});
