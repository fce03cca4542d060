import { describe, expect, it } from 'vitest';
import { drawingOf } from '../../../src/autograd/explain/drawing.js';
import type { GraphNode } from '../../../src/autograd/explain/graph.js';
import {
  graphInput as from,
  graphOfNodes,
  keptOutput as keeps,
  graphNode as node,
} from '../../helpers/graphs.js';

const drawn = (...nodes: GraphNode[]) => drawingOf(graphOfNodes(nodes));

/** The box of one op. */
const boxOf = (parts: Partial<GraphNode>, id = 5) => drawn(node(id, 'mul', parts)).boxes[0];

describe('drawingOf', () => {
  it('draws a leaf by its name, its output below', () => {
    expect(drawn(node(1, null, { name: 'weight' })).boxes).toEqual([
      {
        lines: ['weight', '[2]'],
        // Six characters of 7.4 and twice 10; two lines of 16 and 10.
        ...{ width: 6 * 7.4 + 20, height: 42 },
        ...{ kind: 'leaf', isFreed: false, bytes: 0 },
        tooltip: '#1 leaf weight\n[2]',
      },
    ]);
    expect(drawn(node(1, null, { dtype: 'float64' })).boxes[0]).toMatchObject({
      lines: ['leaf', '[2] float64'],
      width: 11 * 7.4 + 20,
      tooltip: '#1 leaf\n[2] float64',
    });
  });

  it('draws an op with all that it has, a line each, and an op without as two lines', () => {
    const full = { name: 'y', attributes: 'axes [1]', kept: [keeps(24, 5)] };
    expect(boxOf(full)).toEqual({
      lines: ['#5 mul', 'y', 'axes [1]', '[2]', 'keeps 24 B'],
      ...{ width: 10 * 7.4 + 20, height: 5 * 16 + 10 },
      ...{ kind: 'op', isFreed: false, bytes: 24 },
      tooltip: '#5 mul(axes [1]) y\n[2]\nkeeps: output: 24 B',
    });
    expect(boxOf({})).toMatchObject({
      ...{ lines: ['#5 mul', '[2]'], kind: 'op', bytes: 0 },
      tooltip: '#5 mul\n[2]\nkeeps: nothing',
    });
  });

  it('adds up what an op keeps and none before it, and names those before it for the rest', () => {
    const box = boxOf({ kept: [keeps(24, 5), keeps(400, 2), keeps(8, 5), keeps(80, 3)] });
    expect(box.lines).toEqual(['#5 mul', '[2]', 'keeps 32 B', 'shares #2, #3']);
    expect(box.bytes).toBe(32);
    expect(box.tooltip).toMatch(
      /\nkeeps: output: 24 B, output: kept by #2, output: 8 B, output: kept by #3$/,
    );
    expect(boxOf({ kept: [keeps(400, 2)] })).toMatchObject({
      lines: ['#5 mul', '[2]', 'shares #2'],
      bytes: 0,
    });
    expect(boxOf({ freed: true })).toMatchObject({
      ...{ lines: ['#5 mul', '[2]', 'freed'], isFreed: true },
      tooltip: '#5 mul\n[2]\nkeeps: freed',
    });
  });

  it('draws a constant for every op that reads it, before that op', () => {
    const { boxes, edges } = drawn(
      node(1, null),
      node(2, 'mul', { inputs: [from(null), from(1)] }),
      node(3, 'add', { inputs: [from(1), from(null, 'x'), from(2)] }),
    );
    expect(boxes.map(({ kind, lines }) => [kind, lines[0]])).toEqual([
      ['leaf', 'leaf'],
      ['constant', 'constant'],
      ['op', '#2 mul'],
      ['constant', 'x'],
      ['op', '#3 add'],
    ]);
    expect(boxes[3]).toEqual({
      lines: ['x', '[2]'],
      ...{ width: 3 * 7.4 + 20, height: 42 },
      ...{ kind: 'constant', isFreed: false, bytes: 0 },
      tooltip: 'x\n[2]\nno gradient flows back',
    });
    expect(edges).toEqual([
      { from: 1, to: 2, hasGradient: false },
      { from: 0, to: 2, hasGradient: true },
      { from: 0, to: 4, hasGradient: true },
      { from: 3, to: 4, hasGradient: false },
      { from: 2, to: 4, hasGradient: true },
    ]);
  });

  it('cuts lines of more than 32 characters, whose whole is in the tooltip', () => {
    const [fits, long] = ['a'.repeat(32), `${'a'.repeat(20)}${'b'.repeat(20)}`];
    expect(drawn(node(1, null, { name: fits })).boxes[0]).toMatchObject({
      lines: [fits, '[2]'],
      width: 32 * 7.4 + 20,
    });
    const { lines, width, tooltip } = drawn(node(1, null, { name: long })).boxes[0];
    expect(lines).toEqual([`${'a'.repeat(15)}…${'b'.repeat(16)}`, '[2]']);
    expect(width).toBe(32 * 7.4 + 20);
    expect(tooltip).toBe(`#1 leaf ${long}\n[2]`);
  });
});
