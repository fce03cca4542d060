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
    expect(width).toBe(60);
    expect(height).toBeGreaterThan(4 * 30);
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
    expect(centres[0].y).toBe(centres[1].y);
    expect(centres[0].x).toBeLessThan(centres[1].x);
    expect(centres[2].x).toBe((centres[0].x + centres[1].x) / 2);
  });

  it('leads an edge over several layers past the boxes between', () => {
    const edges = [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 0, to: 2 },
    ];
    const { centres, bends } = layOut([box, box, box], edges);
    expect(bends[2]).toHaveLength(1);
    expect(bends[2][0].y).toBe(centres[1].y);
    expect(Math.abs(bends[2][0].x - centres[1].x)).toBeGreaterThan(30);
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
