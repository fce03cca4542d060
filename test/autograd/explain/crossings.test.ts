import { expect, it } from 'vitest';
import { type Edge, layOut } from '../../../src/autograd/explain/layout.js';
import { Draw } from '../../helpers/values/draw.js';

/** Three layers of a few boxes, whose places are numbers from left to right, and edges between neighbouring layers. */
function layered(seed: number) {
  const draw = new Draw(seed);
  const sizes = [0, 1, 2].map(() => draw.integer(2, 4));
  const starts = [0, sizes[0], sizes[0] + sizes[1]];
  const edges = [0, 1].flatMap((layer) =>
    Array.from({ length: sizes[layer] }, (_, i): Edge[] => {
      const readers = Array.from({ length: draw.integer(1, 3) }, () => draw.integer(0, sizes[layer + 1] - 1));
      return [...new Set(readers)].map((to) => ({ from: starts[layer] + i, to: starts[layer + 1] + to }));
    }).flat(),
  );
  return { sizes, starts, edges };
}

/** How many pairs of edges between the same layers cross. */
function crossings(edges: readonly Edge[], x: readonly number[], starts: readonly number[]): number {
  const isUpper = ({ from }: Edge) => from < starts[1];
  const crosses = (a: Edge, b: Edge) =>
    isUpper(a) === isUpper(b) && (x[a.from] - x[b.from]) * (x[a.to] - x[b.to]) < 0;
  return edges.reduce(
    (sum, edge, i) => sum + edges.slice(0, i).filter((other) => crosses(edge, other)).length,
    0,
  );
}

function permutations(size: number): number[][] {
  if (size === 0) return [[]];
  return permutations(size - 1).flatMap((shorter) =>
    Array.from({ length: size }, (_, at) => [...shorter.slice(0, at), size - 1, ...shorter.slice(at)]),
  );
}

/** By trying every order of every layer. */
function fewestCrossings({ sizes, starts, edges }: ReturnType<typeof layered>): number {
  const [upper, middle, lower] = sizes.map(permutations);
  let least = Number.POSITIVE_INFINITY;
  for (const a of upper) {
    for (const b of middle) {
      for (const c of lower) least = Math.min(least, crossings(edges, [...a, ...b, ...c], starts));
    }
  }
  return least;
}

it('lets at most 15 % more edges cross than there must be', () => {
  let [found, least] = [0, 0];
  for (let seed = 0; seed < 60; seed++) {
    const graph = layered(seed);
    const boxes = Array.from({ length: graph.starts[2] + graph.sizes[2] }, () => ({ width: 60, height: 30 }));
    const { centres } = layOut(boxes, graph.edges);
    const x = centres.map((centre) => centre.x);
    found += crossings(graph.edges, x, graph.starts);
    least += fewestCrossings(graph);
  }
  // 68; the order of the first walk alone would make it 159, sweeps in one direction 100.
  expect(least).toBeGreaterThan(50);
  expect(found).toBeGreaterThanOrEqual(least);
  expect(found).toBeLessThanOrEqual(1.15 * least);
});
