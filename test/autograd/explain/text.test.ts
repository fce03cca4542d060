import { describe, expect, it } from 'vitest';
import type { GraphNode } from '../../../src/autograd/explain/graph.js';
import { clipped, formatBytes, graphText, headline, title } from '../../../src/autograd/explain/text.js';
import {
  graphOfNodes as graph,
  graphInput,
  keptOutput as keeps,
  graphNode as node,
} from '../../helpers/graphs.js';

/** A leaf, and ops that read what is before them; the one with number 3 keeps 2 KiB. */
const chain = (ops: readonly string[]) =>
  graph([
    node(1, null),
    ...ops.map((op, i) => {
      const [id, kept] = [i + 2, i === 1 ? [keeps(2048, 3)] : [keeps(8, i + 2)]];
      return node(id, op, { inputs: [graphInput(id - 1)], kept });
    }),
  ]);

describe('headline', () => {
  it('counts ops, leaves, bytes and buffers, one and many', () => {
    const [leaf, op] = [node(1, null), node(2, 'exp')];
    expect(headline(graph([leaf, op]))).toBe('1 op on 1 leaf, keeps nothing');
    expect(headline(graph([leaf, leaf, op, op, op], { bytes: 2048, buffers: 1 }))).toBe(
      '3 ops on 2 leaves, keeps 2.0 KiB in 1 buffer',
    );
    expect(headline(graph([leaf, op], { bytes: 60, buffers: 2, leafBytes: 12 }))).toBe(
      '1 op on 1 leaf, keeps 60 B in 2 buffers (of which 12 B are leaves)',
    );
    // A buffer without elements is kept, too.
    expect(headline(graph([leaf, op], { buffers: 1 }))).toBe('1 op on 1 leaf, keeps 0 B in 1 buffer');
    const many = Array.from({ length: 1234 }, () => op);
    expect(headline(graph([leaf, ...many]))).toBe('1,234 ops on 1 leaf, keeps nothing');
  });

  it('says how many ops had what they kept freed', () => {
    const [leaf, op, freed] = [node(1, null), node(2, 'exp'), node(3, 'sin', { freed: true })];
    expect(headline(graph([leaf, op, freed]))).toBe(
      '2 ops on 1 leaf, keeps nothing; what 1 op kept was freed by a backward pass',
    );
    expect(headline(graph([leaf, freed, freed]))).toMatch(/; what 2 ops kept was freed by a backward pass$/);
  });
});

describe('title', () => {
  it('has the op, what it was told, and its name', () => {
    expect(title(node(1, null))).toBe('leaf');
    expect(title(node(1, null, { name: 'w' }))).toBe('leaf w');
    expect(title(node(2, 'sum'))).toBe('sum');
    expect(title(node(2, 'sum', { attributes: 'axes [0]', name: 'y' }))).toBe('sum(axes [0]) y');
  });
});

describe('graphText', () => {
  const shown = [
    '#1 leaf  [2]',
    '#2 exp   [2]     #1    output: 8 B',
    '#3 sin   [2]     #2    output: 2.0 KiB',
  ];
  const last = ['#5 cos   [2]     #4    output: 8 B', '#6 neg   [2]     #5    output: 8 B'];
  const ops = chain(['exp', 'sin', 'sin', 'cos', 'neg']);

  it('lists all nodes of a graph of as many as asked for', () => {
    const lines = graphText(ops, 6).split('\n');
    expect(lines).toHaveLength(2 + 6);
    expect(lines.slice(1)).toEqual([
      'node     output  from  keeps for backward',
      ...shown,
      '#4 sin   [2]     #3    output: 8 B',
      ...last,
    ]);
  });

  it('lists of more the first and the last, of an odd number one more of the first, and sums up by op', () => {
    expect(graphText(ops, 5).split('\n')).toEqual([
      '5 ops on 1 leaf, keeps nothing',
      'node     output  from  keeps for backward',
      ...shown,
      '… 1 more …',
      ...last,
      '',
      'op    nodes  keep together',
      'sin   2      2.0 KiB',
      'exp   1      8 B',
      'cos   1      8 B',
      'neg   1      8 B',
      'leaf  1      nothing',
    ]);
    const few = graphText(ops, 2).split('\n');
    expect(few.slice(2, 5)).toEqual(['#1 leaf  [2]', '… 4 more …', '#6 neg   [2]     #5    output: 8 B']);
    expect(graphText(ops, 0).split('\n').slice(1, 4)).toEqual([
      'node  output  from  keeps for backward',
      '… 6 more …',
      '',
    ]);
  });

  it('sums up by bytes and then by number, and what another node counts not again', () => {
    const kept = [keeps(800, 1), keeps(8, 3), keeps(16, 3)];
    const nodes = [node(1, 'a'), node(2, 'b'), node(3, 'c', { kept }), node(4, 'b')];
    expect(graphText(graph(nodes), 1).split('\n').slice(-4)).toEqual([
      'op  nodes  keep together',
      'c   1      24 B',
      'b   2      nothing',
      'a   1      nothing',
    ]);
  });

  it('wraps where a cell is a character wider than its column', () => {
    /** The lines of a node with inputs of names so long. */
    const rows = (...lengths: number[]) => {
      const inputs = lengths.map((length) => graphInput(null, 'x'.repeat(length)));
      return graphText(graph([node(2, 'mul', { inputs })]), 9)
        .split('\n')
        .slice(2);
    };
    // With the comma and the space between them 26, the width of the column, and then 27.
    expect(rows(12, 12)).toEqual([`#2 mul  [2]     ${'x'.repeat(12)}, ${'x'.repeat(12)}  nothing`]);
    expect(rows(12, 13)).toEqual([
      `#2 mul  [2]     ${'x'.repeat(12)},  nothing`,
      `                ${'x'.repeat(13)}`,
    ]);
  });

  it('clips names of leaves to 34 characters, what a node is called to 44, and names of constants to 20', () => {
    const first = (parts: Partial<GraphNode>, op: string | null = null) =>
      graphText(graph([node(1, op, parts)]), 9).split('\n')[2];
    expect(first({ name: 'n'.repeat(34) })).toBe(`#1 leaf ${'n'.repeat(34)}  [2]`);
    expect(first({ name: 'n'.repeat(35) })).toBe(`#1 leaf ${'n'.repeat(16)}…${'n'.repeat(17)}  [2]`);
    const attributes = 'a'.repeat(37);
    expect(first({ attributes }, 'op')).toBe(`#1 op(${'a'.repeat(37)})  [2]           nothing`);
    const cut = `#1 op(${'a'.repeat(15)}…${'a'.repeat(21)})  [2]           nothing`;
    expect(first({ attributes: `${attributes}a` }, 'op')).toBe(cut);
    const input = (length: number) => graphInput(null, 'c'.repeat(length));
    expect(first({ inputs: [input(20)] }, 'op')).toContain(` ${'c'.repeat(20)} `);
    expect(first({ inputs: [input(21)] }, 'op')).toContain(` ${'c'.repeat(9)}…${'c'.repeat(10)} `);
  });
});

describe('clipped', () => {
  it('cuts the middle of what is too long, of an odd number a character more of its first half', () => {
    expect(clipped('abcdefgh', 8)).toBe('abcdefgh');
    expect(clipped('abcdefghi', 8)).toBe('abc…fghi');
    expect(clipped('abcdefghij', 9)).toBe('abcd…ghij');
  });

  it('makes spaces of all that would break the line or the columns', () => {
    expect(clipped('a\nb\t\tc', 9)).toBe('a b  c');
  });
});

describe('formatBytes', () => {
  it('goes over to the next unit at 1024 of one', () => {
    expect([0, 1023, 1024, 1536, 2 ** 20 - 1, 2 ** 20, 2.5 * 2 ** 20].map(formatBytes)).toEqual([
      ...['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '1024.0 KiB', '1.0 MiB', '2.5 MiB'],
    ]);
  });
});
