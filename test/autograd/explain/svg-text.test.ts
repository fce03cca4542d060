import { describe, expect, it } from 'vitest';
import { graphSVG } from '../../../src/autograd/explain/svg.js';
import { graphInput, graphNode, graphOfNodes, keptOutput } from '../../helpers/graphs.js';

/** Without the style, in lines. */
const drawn = (...graph: Parameters<typeof graphOfNodes>) =>
  graphSVG(graphOfNodes(...graph))
    .replace(/<style>.*<\/style>\n/s, '')
    .split('\n');
const arrow = 'marker-end="url(#recorded-graph-arrow)"';

describe('graphSVG', () => {
  it('is this, to the letter, of a chain of a leaf, an op that keeps its output, and one that was freed', () => {
    const exp = graphNode(2, 'exp', { inputs: [graphInput(1)], kept: [keptOutput(8, 2)] });
    const neg = graphNode(3, 'neg', { inputs: [graphInput(2)], freed: true });
    // The legend is widest: 86 characters of 7.4, and margins of 24. Below 80 boxes of 42, 58 and 58 with 36 between.
    const size = (attribute: 'width' | 'height') =>
      `${attribute}="${{ width: 685, height: 334 }[attribute]}"`;
    expect(drawn([graphNode(1, null, { name: 'w' }), exp, neg], { bytes: 8, buffers: 1 })).toEqual([
      `<svg xmlns="http://www.w3.org/2000/svg" class="recorded-graph" ${size('width')} ${size('height')} viewBox="0 0 685 334">`,
      '<defs><marker id="recorded-graph-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
      `<rect ${size('width')} ${size('height')} fill="#fff"/>`,
      '<text x="24" y="36" class="name">2 ops on 1 leaf, keeps 8 B in 1 buffer; what 1 op kept was freed by a backward pass</text>',
      '<text x="24" y="56" class="legend">blue: leaf · dashed: constant, no gradient · the darker, the more is kept for backward</text>',
      `<path d="M342.5 122C342.5 140 342.5 140 342.5 158" ${arrow}/>`,
      `<path d="M342.5 216C342.5 234 342.5 234 342.5 252" ${arrow}/>`,
      '<g class="leaf"><title>#1 leaf w',
      '[2]</title><rect x="321.4" y="80" width="42.2" height="42" rx="21"/><text class="name" x="342.5" y="96">w</text><text x="342.5" y="112">[2]</text></g>',
      '<g class="op"><title>#2 exp',
      '[2]',
      'keeps: output: 8 B</title><rect x="299.2" y="158" width="86.6" height="58" rx="4" style="fill:hsl(36 95% 70%)"/><text class="name" x="342.5" y="174">#2 exp</text><text x="342.5" y="190">[2]</text><text x="342.5" y="206">keeps 8 B</text></g>',
      '<g class="op freed"><title>#3 neg',
      '[2]',
      'keeps: freed</title><rect x="310.3" y="252" width="64.4" height="58" rx="4"/><text class="name" x="342.5" y="268">#3 neg</text><text x="342.5" y="284">[2]</text><text x="342.5" y="300">freed</text></g>',
      '</svg>',
    ]);
  });

  it('draws constants and the edges from them without a gradient', () => {
    const lines = drawn([graphNode(1, 'neg', { inputs: [graphInput(null, 'a<b')] })]);
    expect(lines.slice(5)).toEqual([
      `<path class="no-gradient" d="M342.5 122C342.5 140 342.5 140 342.5 158" ${arrow}/>`,
      '<g class="constant"><title>a&lt;b',
      '[2]',
      'no gradient flows back</title><rect x="321.4" y="80" width="42.2" height="42" rx="21"/><text class="name" x="342.5" y="96">a&lt;b</text><text x="342.5" y="112">[2]</text></g>',
      '<g class="op"><title>#1 neg',
      '[2]',
      'keeps: nothing</title><rect x="310.3" y="158" width="64.4" height="42" rx="4"/><text class="name" x="342.5" y="174">#1 neg</text><text x="342.5" y="190">[2]</text></g>',
      '</svg>',
    ]);
  });

  it('is as wide as the graph and its margins where that is wider than what stands above it', () => {
    const leaves = Array.from({ length: 9 }, (_, i) => graphNode(i + 1, null, { name: 'n'.repeat(10) }));
    const concat = graphNode(10, 'concat', { inputs: leaves.map(({ id }) => graphInput(id)) });
    // Nine boxes of 94 wide, 24 apart, and margins of 24.
    const [svg, ...lines] = drawn([...leaves, concat]);
    expect(svg).toContain(' width="1086" ');
    const lefts = lines
      .map((line) => Number(line.match(/<rect x="([\d.]+)"/)?.[1] ?? 0))
      .filter((x) => x > 0);
    expect(lefts).toEqual([...leaves.map((_, i) => 24 + 118 * i), 543 - (10 * 7.4 + 20) / 2]);
  });

  it('darkens by the square root of the share of what keeps most', () => {
    const bytes = [100, 25, 4, 400];
    const chain = bytes.map((each, i) => {
      return graphNode(i + 1, 'exp', { inputs: [graphInput(i || null)], kept: [keptOutput(each, i + 1)] });
    });
    const shades = drawn(chain).flatMap((line) => line.match(/hsl\(36 95% (\d+)%\)/)?.[1] ?? []);
    // 97 less 27 halves, quarters and tenths, and 27.
    expect(shades).toEqual(['84', '90', '94', '70']);
  });

  it('shows characters that XML has no place for as such that could not be read', () => {
    const shown = (name: string) => drawn([graphNode(1, null, { name })]).join('\n');
    expect(shown('a\u0000b\ud800c')).toContain('>a\ufffdb\ufffdc</text>');
    expect(shown('\uffff')).toContain('>\ufffd</text>');
    expect(shown('ä😀')).toContain('>ä😀</text>');
    expect(shown('a > b && c')).toContain('>a &gt; b &amp;&amp; c</text>');
  });
});
