import { describe, expect, it } from 'vitest';
import { type Edge, layOut, type Point } from '../../../src/autograd/explain/layout.js';
import { expectClose } from '../../helpers/values/close.js';
import { type Draw, property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

const box = { width: 60, height: 30 };

/** A graph in which every box but the last is read by a later one. */
function randomGraph(draw: Draw, isTree = false) {
  const boxes = Array.from({ length: draw.integer(1, 30) }, () => ({
    width: draw.integer(20, 200),
    height: draw.integer(20, 80),
  }));
  const last = boxes.length - 1;
  const edges = boxes.slice(0, last).flatMap((_, from): Edge[] => {
    const readers = isTree ? 1 : draw.integer(1, 3);
    return Array.from({ length: readers }, () => ({
      from,
      to: draw.integer(from + 1, Math.min(last, from + 8)),
    }));
  });
  return { boxes, edges };
}

/** The points of an edge from centre to centre. */
function wayOf({ centres, bends }: ReturnType<typeof layOut>, { from, to }: Edge, at: number): Point[] {
  return [centres[from], ...bends[at], centres[to]];
}

describe('layOut', () => {
  it('puts a chain in a straight line', () => {
    const edges = [0, 1, 2].map((from) => ({ from, to: from + 1 }));
    const { width, height, centres, bends } = layOut([box, box, box, box], edges);
    expect([width, height]).toEqual([60, 4 * 30 + 3 * 36]);
    expect(centres.map(({ y }) => y)).toEqual([15, 81, 147, 213]);
    expect(new Set(centres.map(({ x }) => x))).toEqual(new Set([30]));
    expect(bends).toEqual([[], [], []]);
  });

  it('puts inputs side by side above what reads them, in their order', () => {
    const { centres } = layOut(
      [box, box, box],
      [
        { from: 0, to: 2 },
        { from: 1, to: 2 },
      ],
    );
    // 24 apart.
    expect(centres).toEqual([
      { x: 30, y: 15 },
      { x: 114, y: 15 },
      { x: 72, y: 81 },
    ]);
  });

  it('makes a layer as high as its highest box, and leaves the gap that was asked for', () => {
    const [low, high, wide] = [box, { width: 20, height: 50 }, { width: 100, height: 10 }];
    const edges = [0, 1].map((from) => ({ from, to: 2 }));
    const { width, height, centres } = layOut([low, high, wide], edges, 7);
    expect([width, height]).toEqual([62 + 50, 50 + 7 + 10]);
    // The wide one is in the middle of the two, and reaches beyond the right one.
    expect(centres).toEqual([
      { x: 30, y: 25 },
      { x: 94, y: 25 },
      { x: 62, y: 62 },
    ]);
  });

  it('leads an edge over several layers past the boxes between', () => {
    const edges = [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 0, to: 2 },
    ];
    const { width, centres, bends } = layOut([box, box, box], edges);
    expect(bends.map(({ length }) => length)).toEqual([0, 0, 1]);
    expect(bends[2][0].y).toBe(centres[1].y);
    // Half of the box, and 14.
    expectClose(Math.abs(bends[2][0].x - centres[1].x), 44, absolute(1e-9));
    expect(Math.min(...centres.map(({ x }) => x - 30), bends[2][0].x)).toBe(0);
    expectClose(Math.max(...centres.map(({ x }) => x + 30), bends[2][0].x), width, absolute(1e-9));
  });

  it('does so on the left, too', () => {
    const edges = [
      { from: 0, to: 2 },
      { from: 0, to: 1 },
      { from: 1, to: 2 },
    ];
    const { centres, bends } = layOut([box, box, box], edges);
    expectClose(centres[1].x - bends[0][0].x, 44, absolute(1e-9));
  });

  it('walks down and up in turns: what is above has its say, too', () => {
    const [a, b, c, root] = [0, 1, 2, 3];
    const edges = [
      { from: a, to: root },
      { from: a, to: c },
      { from: b, to: c },
      { from: c, to: root },
    ];
    const { centres, bends } = layOut([box, box, box, box], edges);
    // Seen from the root, the last walk down leaves a and b at −21 and 63, with the bend and c, 44 apart, at −22 and 22 below
    // them. The last draws the bend to (−21 + 3 · 0) / 4 = −5.25 and c to (−21 + 63 + 3 · 0) / 5 = 8.4: they meet half way.
    const last = (-5.25 + 8.4 - 44) / 2;
    // And a to the middle of both, b to c.
    const first = (last + 22 + (last + 44) - 84) / 2;
    const found = [bends[0][0], centres[c], centres[a], centres[b]].map(({ x }) => x - centres[root].x);
    expectClose(found, [last, last + 44, first, first + 84], absolute(1e-9));
  });

  it('leads edges that pass a layer 14 apart', () => {
    const chain = [0, 1, 2].map((from) => ({ from, to: from + 1 }));
    const over = [...chain, { from: 0, to: 3 }, { from: 1, to: 3 }, { from: 0, to: 3 }];
    const { centres, bends } = layOut([box, box, box, box], over);
    expect(bends.map(({ length }) => length)).toEqual([0, 0, 0, 2, 1, 2]);
    const beside = [centres[2], bends[3][1], bends[4][0], bends[5][1]]
      .map(({ x }) => x)
      .sort((a, b) => a - b);
    const steps = beside.slice(1).map((x, i) => x - beside[i]);
    expectClose(
      steps.sort((a, b) => a - b),
      [14, 14, 44],
      absolute(1e-9),
    );
  });

  it('leaves boxes apart that have no reason to be beside each other', () => {
    const [small, wide] = [box, { width: 200, height: 30 }];
    const edges = [
      { from: 0, to: 2 },
      { from: 1, to: 3 },
      { from: 2, to: 4 },
      { from: 3, to: 4 },
    ];
    const { centres } = layOut([small, small, wide, wide, small], edges);
    // Each above the wide one that reads it: half of both wide ones, and 24.
    expect(centres.map(({ x }) => x)).toEqual([100, 324, 100, 324, 212]);
  });

  it('lets what came from many layers hold its place against a twig', () => {
    const [first, second, trunk, twig, root] = [0, 1, 2, 3, 4];
    const edges = [
      { from: first, to: second },
      { from: second, to: trunk },
      { from: trunk, to: root },
      { from: twig, to: root },
    ];
    const { centres } = layOut([box, box, box, box, box], edges);
    expect(centres[twig].y).toBe(centres[trunk].y);
    // Seen from the root, walks down and up leave the trunk, of weight 3, at −21 and the twig, of weight 1, at 63. The last
    // draws the trunk to what is beside it on both sides, (2 · −21 + 4 · 0) / 6 = −7, and the twig to 0; 84 apart, they
    // meet where 3 (x + 7) + (x + 84) = 0. What is above it follows, drawn by the layers 1 : 3.
    const places = [first, second, trunk, twig].map((at) => centres[at].x - centres[root].x);
    expectClose(places, [-24.9375, -24.9375, -26.25, 57.75], absolute(1e-9));
  });

  it('draws nothing of nothing', () => {
    expect(layOut([], [])).toEqual({ width: 0, height: 0, centres: [], bends: [] });
  });

  it('lays no box over another, and all within its bounds', () => {
    property((draw) => {
      const { boxes, edges } = randomGraph(draw);
      const { width, height, centres } = layOut(boxes, edges);
      const sides = centres.map(({ x, y }, i) => ({
        left: x - boxes[i].width / 2,
        right: x + boxes[i].width / 2,
        top: y - boxes[i].height / 2,
        bottom: y + boxes[i].height / 2,
      }));
      for (const [i, a] of sides.entries()) {
        expect(Math.min(a.left, a.top)).toBeGreaterThanOrEqual(-1e-6);
        expect(a.right).toBeLessThanOrEqual(width + 1e-6);
        expect(a.bottom).toBeLessThanOrEqual(height + 1e-6);
        for (const b of sides.slice(0, i)) {
          const apart = Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
          expect(apart).toBeGreaterThan(10);
        }
      }
    });
  });

  it('leads every edge down, one layer at a time', () => {
    property((draw) => {
      const { boxes, edges } = randomGraph(draw);
      const layout = layOut(boxes, edges);
      const layers = [...new Set(layout.centres.map(({ y }) => y))].sort((a, b) => a - b);
      for (const [i, edge] of edges.entries()) {
        const steps = wayOf(layout, edge, i).map(({ y }) => layers.indexOf(y));
        expect(steps).toEqual(steps.map((_, step) => steps[0] + step));
        expect(steps[0]).toBeGreaterThanOrEqual(0);
      }
    });
  });

  it('crosses no edges of a tree', () => {
    property((draw) => {
      const { boxes, edges } = randomGraph(draw, true);
      const layout = layOut(boxes, edges);
      const pieces = edges.flatMap((edge, i) => {
        const way = wayOf(layout, edge, i);
        return way.slice(1).map((end, step): [Point, Point] => [way[step], end]);
      });
      for (const [i, [start, end]] of pieces.entries()) {
        for (const [otherStart, otherEnd] of pieces.slice(0, i)) {
          if (start.y !== otherStart.y) continue;
          expect((start.x - otherStart.x) * (end.x - otherEnd.x)).toBeGreaterThanOrEqual(-1e-6);
        }
      }
    });
  });

  it('untangles what a walk up from the last box leaves tangled', () => {
    const [a, b, left, right, root] = [0, 1, 2, 3, 4];
    const edges = [
      { from: a, to: left },
      { from: b, to: left },
      { from: a, to: right },
      { from: left, to: root },
      { from: right, to: root },
    ];
    const { centres } = layOut([box, box, box, box, box], edges);
    expect((centres[a].x - centres[b].x) * (centres[right].x - centres[left].x)).toBeGreaterThan(0);
  });

  it('puts a box straight above its only reader', () => {
    const [above, left, right, root] = [0, 1, 2, 3];
    const edges = [
      { from: above, to: left },
      { from: left, to: root },
      { from: right, to: root },
    ];
    const { centres } = layOut([box, box, box, box], edges);
    expectClose(centres[above].x, centres[left].x, absolute(0.005));
    expect(centres[left].x).toBeLessThan(centres[right].x);
  });
});
