import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attention,
  type Backend,
  concat,
  createBackend,
  createModel,
  type Explanation,
  explain,
  Generator,
  init,
  LifetimeError,
  liveBuffers,
  noGrad,
  ones,
  recompute,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../../src/index.js';
import { backends } from '../../helpers/kernels/backends.js';
import { opNames, smallCase } from '../../helpers/kernels/op-cases.js';
import { randomTokens, tinyConfig } from '../../helpers/models/models.js';
import { seeds, TensorDraw } from '../../helpers/values/draw.js';

await init('wasm');

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const w = ones([2, 3]).setRequiresGrad();
const names = [
  ['x', x],
  ['w', w],
] as const;
const small = () => scope(() => x.mul(w).tanh().sum());

/** A graph of random ops that reads some of its values more than once. */
function randomGraph(seed: number): { root: Tensor; leaves: Tensor[] } {
  const draw = new TensorDraw(seed);
  const leaves: Tensor[] = [];
  const terms = Array.from({ length: draw.integer(1, 3) }, () => {
    const { inputs, f } = smallCase(draw.pick(...opNames), draw);
    const floats = inputs.filter(({ dtype }) => dtype !== 'int32');
    for (const input of floats) if (draw.integer(0, 3) > 0) leaves.push(input.setRequiresGrad());
    const [once, again] = [f(...inputs), f(...inputs)];
    return once.mul(once).add(again).sum();
  });
  // Keeps nothing, and neither does the sum before it.
  const root = terms.reduce((sum, term) => sum.add(term)).neg();
  return { root, leaves };
}

const graphs = (backend: Backend, check: (seed: number, on: <T>(f: () => T) => T) => void) =>
  fc.assert(fc.property(seeds, (seed) => check(seed, (f) => withBackend(backend, f))));

/** What the nodes keep that none before them does. */
function ownBytes({ nodes }: Explanation): number {
  const own = nodes.flatMap(({ id, kept }) => kept.filter(({ countedAt }) => countedAt === id));
  return own.reduce((sum, { bytes }) => sum + bytes, 0);
}

describe.each(backends)('explain on %s', (_, backend) => {
  it('counts the bytes that stay in memory for the backward pass', () => {
    graphs(backend, (seed, on) => {
      const [before, buffers] = [backend.memory().bytes, liveBuffers()];
      const root = on(() => scope(() => randomGraph(seed).root));
      const explained = explain(root);
      const ofRoot = root.dtype === 'float64' ? 8 : 4;
      // A graph of constants only is none.
      if (explained.nodes.length === 0) expect(explained.bytes).toBe(0);
      expect(backend.memory().bytes - before).toBe(explained.bytes + ofRoot);
      expect(liveBuffers() - buffers).toBe(explained.buffers + 1);
      expect(ownBytes(explained)).toBe(explained.bytes);
      root.dispose();
      expect([backend.memory().bytes, liveBuffers()]).toEqual([before, buffers]);
    });
  });

  it('counts those of leaves apart', () => {
    graphs(backend, (seed, on) => {
      const { root, leaves } = on(() => scope(() => randomGraph(seed)));
      const explained = explain(root);
      const sizes = leaves.map(({ size, dtype }) => size * (dtype === 'float64' ? 8 : 4));
      const before = backend.memory().bytes;
      for (const leaf of leaves) leaf.dispose();
      // Those that nothing keeps went at once.
      const kept = sizes.reduce((sum, bytes) => sum + bytes, 0) - (before - backend.memory().bytes);
      expect(explained.leafBytes).toBe(kept);
      root.dispose();
    });
  });

  it('changes nothing, and holds on to nothing', () => {
    graphs(backend, (seed, on) => {
      const before = liveBuffers();
      const [plain, looked] = [false, true].map((looks) => {
        const explanations: Explanation[] = [];
        const gradients = on(() =>
          scope(() => {
            const { root, leaves } = randomGraph(seed);
            const count = liveBuffers();
            if (looks)
              explanations.push(
                explain(
                  root,
                  leaves.map((leaf, i) => [`leaf ${i}`, leaf]),
                ),
              );
            for (const explained of explanations) explained.toSVG();
            expect(liveBuffers()).toBe(count);
            if (root.requiresGrad) root.backward();
            return leaves.map(({ grad }) => grad?.dataSync());
          }),
        );
        expect(liveBuffers()).toBe(before);
        for (const explained of explanations) expect(String(explained)).toMatch(/ops on|no graph/);
        return gradients;
      });
      expect(looked).toEqual(plain);
    });
  });

  it('says what was freed', () => {
    graphs(backend, (seed, on) => {
      const { root, leaves } = on(() => scope(() => randomGraph(seed)));
      const kept = explain(root).nodes.map(({ kept }) => kept.length);
      if (root.requiresGrad) root.backward();
      const explained = explain(root);
      expect([explained.bytes, explained.buffers]).toEqual([0, 0]);
      expect(explained.nodes.map(({ freed }) => freed)).toEqual(kept.map((count) => count > 0));
      expect(String(explained).match(/ freed$/gm) ?? []).toHaveLength(
        kept.filter((count) => count > 0).length,
      );
      for (const tensor of [root, ...leaves]) tensor.dispose();
    });
  });

  it('lists every node once, after those it came from', () => {
    graphs(backend, (seed, on) => {
      const { root, leaves } = on(() => scope(() => randomGraph(seed)));
      const { nodes } = explain(root);
      expect(nodes.map(({ id }) => id)).toEqual(nodes.map((_, i) => i + 1));
      const read = nodes.flatMap(({ id, inputs }) =>
        inputs.flatMap(({ from, shape, dtype }) => {
          if (from === null) return [];
          expect(from).toBeLessThan(id);
          expect({ shape, dtype }).toEqual({ shape: nodes[from - 1].shape, dtype: nodes[from - 1].dtype });
          return [from];
        }),
      );
      // All but the root are read by another.
      expect(new Set(read).size).toBe(Math.max(0, nodes.length - 1));
      const found = nodes.filter(({ op }) => op === null).length;
      expect(found).toBeLessThanOrEqual(leaves.length);
      for (const tensor of [root, ...leaves]) tensor.dispose();
    });
  });
});

describe('explain', () => {
  it('prints a table', () => {
    const loss = small();
    const text = `3 ops on 1 leaf, keeps 72 B in 3 buffers (of which 24 B are leaves)
node                 output  from   keeps for backward
#1 leaf w            [2, 3]
#2 mul               [2, 3]  x, #1  x: 24 B, #1: 24 B
#3 tanh              [2, 3]  #2     output: 24 B
#4 sum(axes [0, 1])  []      #3     nothing`;
    expect(String(explain(loss, names))).toBe(text);
    expect(inspect(explain(loss, names))).toBe(text);
    expect(inspect(explain(loss, names), { depth: 0 })).toBe(text);
    expect(inspect({ in: explain(loss) }, { depth: 0 })).toBe('{ in: [Explanation of 4 nodes] }');
    loss.backward();
    expect(String(explain(loss))).toBe(`\
3 ops on 1 leaf, keeps nothing; what 2 ops kept was freed by a backward pass
node                 output  from        keeps for backward
#1 leaf              [2, 3]
#2 mul               [2, 3]  [2, 3], #1  freed
#3 tanh              [2, 3]  #2          freed
#4 sum(axes [0, 1])  []      #3          nothing`);
    loss.dispose();
  });

  it('gives the same as data', () => {
    const loss = small();
    const explained = explain(loss, names);
    expect({ ...explained, nodes: explained.nodes.slice(0, 2) }).toEqual({
      bytes: 72,
      buffers: 3,
      leafBytes: 24,
      nodes: [
        {
          ...{ id: 1, op: null, attributes: '', name: 'w', shape: [2, 3], dtype: 'float32' },
          ...{ inputs: [], kept: [], freed: false },
        },
        {
          ...{ id: 2, op: 'mul', attributes: '', name: null, shape: [2, 3], dtype: 'float32' },
          inputs: [
            { from: null, shape: [2, 3], dtype: 'float32', name: 'x' },
            { from: 1, shape: [2, 3], dtype: 'float32', name: null },
          ],
          kept: [
            { input: 0, shape: [2, 3], dtype: 'float32', bytes: 24, countedAt: 2 },
            { input: 1, shape: [2, 3], dtype: 'float32', bytes: 24, countedAt: 2 },
          ],
          freed: false,
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(explained)).nodes).toEqual(explained.nodes);
    loss.dispose();
  });

  it('says who else keeps a buffer, and what keeps a view of it', () => {
    const y = scope(() => {
      const square = w.exp().reshape([3, 2]).square();
      return square.mul(square);
    });
    expect(String(explain(y)).split('\n').slice(2)).toEqual(
      [
        '#1 leaf    [2, 3]',
        '#2 exp     [2, 3]  #1      output: 24 B',
        '#3 reshape [3, 2]  #2      nothing',
        '#4 square  [3, 2]  #3      #3: kept by #2',
        '#5 mul     [3, 2]  #4, #4  #4: 24 B',
      ].map((line) => line.replace(/^(#\d \w+) +/, (_, node: string) => node.padEnd(12))),
    );
    y.dispose();
  });

  it('knows the values of a leaf from handles without history, too', () => {
    const constant = w.detach();
    for (const f of [() => constant.mul(w), () => constant.mul(w.exp()).mul(w)]) {
      const y = scope(f);
      expect(explain(y).leafBytes).toBe(24);
      y.dispose();
    }
    constant.dispose();
  });

  it('tells what ops were told, and dtypes that are not float32', () => {
    const indices = tensor(Int32Array.of(0, 1, 1));
    const rows = scope(() =>
      w
        .gather(indices)
        .affine(1 / 3, -1)
        .matmul(w, { transposeB: true }),
    );
    const text = String(explain(rows, [['indices', indices]]));
    expect(text).toMatch(/#2 gather +\[3, 3\] +#1, indices +indices: 12 B/);
    expect(text).toContain('affine(scale 0.3333, shift -1)');
    expect(text).toContain('matmul(transposeB)');
    expect(String(explain(rows))).toMatch(/#1, \[3\] int32 +\[3\] int32: 12 B/);
    for (const tensor of [indices, rows]) tensor.dispose();
  });

  it('names ops too, passes over disposed tensors and takes the first name', () => {
    const [gone, y] = [tensor([1]), scope(() => w.neg())];
    gone.dispose();
    const text = String(
      explain(y, [
        ['gone', gone],
        ['y', y],
        ['w', w],
        ['later', w],
      ]),
    );
    expect(text).toMatch(/^#1 leaf w .*\n#2 neg y /m);
    y.dispose();
  });

  it('knows no graph where nothing was recorded', () => {
    expect(String(explain(x))).toBe('no graph: nothing that this came from requires a gradient');
    const y = noGrad(() => w.neg());
    expect(explain(y)).toMatchObject({ nodes: [], bytes: 0, buffers: 0, leafBytes: 0 });
    y.dispose();
  });

  it('names constants where their value is kept, and only there', () => {
    const y = scope(() => x.add(w).mul(x));
    const named = explain(y, [
      ['x', x],
      ['again', x],
      ['w', w],
    ]);
    expect(named.nodes.map(({ inputs }) => inputs.map(({ name }) => name))).toEqual([
      [],
      // add keeps nothing of either.
      [null, null],
      [null, 'x'],
    ]);
    y.dispose();
  });

  it('knows leaves from what is like them', () => {
    const bytes = (f: () => Tensor) => {
      const y = scope(f);
      const { leafBytes } = explain(y);
      y.dispose();
      return leafBytes;
    };
    expect(bytes(() => w.reshape([3, 2]).reshape([6]).square())).toBe(24);
    expect(bytes(() => w.neg().square())).toBe(0);
    expect(bytes(() => w.neg().reshape([6]).square())).toBe(0);
    expect(bytes(() => w.mul(x))).toBe(24);
  });

  it('says neither shape nor dtype of what an op was told: its output has them', async () => {
    const leaf = ones([2, 3], { backend: await createBackend('reference') }).setRequiresGrad();
    const y = scope(() => leaf.broadcastTo([4, 2, 3]).cast('float64').sum(1));
    const titles = explain(y).nodes.map(({ op, attributes }) => [op, attributes]);
    expect(titles).toEqual([
      [null, ''],
      ['broadcastTo', ''],
      ['cast', ''],
      ['sum', 'axes [1]'],
    ]);
    for (const tensor of [leaf, y]) tensor.dispose();
  });

  it('says nothing of what a function was told that is run as one op', () => {
    const y = recompute((a) => a.sum(0), w);
    const [, node] = explain(y).nodes;
    expect([node.op, node.attributes]).toEqual(['recompute', '']);
    y.dispose();
  });

  it('refuses names that are none, and says which', () => {
    const any = explain as (root: Tensor, names: unknown) => unknown;
    expect(() => any(w, 3)).toThrow(/^explain: wants names as a list of \[name, tensor\]/);
    expect(() => any(w, [['w', 3]])).toThrow(
      /^explain: the second of each \[name, tensor\] must be a tensor/,
    );
    for (const entry of [3, null, 'w', { 0: 'w', 1: w }])
      expect(() => any(w, [entry])).toThrow(/^explain: the second of each \[name, tensor\] must be a tensor/);
    expect(() => any(w, [[3, w]])).toThrow(/^explain: a name is a text, got 3$/);
  });

  it('refuses what was disposed of', () => {
    const y = w.neg();
    y.dispose();
    expect(() => explain(y)).toThrow(LifetimeError);
    expect(() => explain(y)).toThrow('explain: the tensor [2, 3] was disposed');
  });

  it('shortens long names in the middle, where neither block nor layer stands', () => {
    const path = (end: string) => `transformer.h.0.${'attention.'.repeat(20)}${end}`;
    const y = scope(() => x.mul(w));
    const explained = explain(y, [
      [path('x'), x],
      [path('weight'), w],
    ]);
    expect(String(explained).split('\n').slice(2)).toEqual([
      '#1 leaf transformer.h.0.….attention.weight  [2, 3]',
      '#2 mul                                      [2, 3]  transform…ttention.x, #1  transform…ttention.x: 24 B, #1: 24 B',
    ]);
    y.dispose();
  });

  it('goes on below where a cell is full: op, shape and bytes are never cut', () => {
    const values = Array.from({ length: 12 }, () => ones([1, 1, 1, 1, 1, 1, 3]).setRequiresGrad());
    const y = scope(() => concat(values, 6));
    const [, header, ...rows] = String(explain(y)).split('\n');
    const from = header.indexOf('from');
    expect(rows.at(-2)).toMatch(/^#13 concat\(.*\) +\[1, 1, 1, 1, 1, 1, 36\] /);
    const inputs = rows.slice(-2).map((row) => row.slice(from, from + 26).trim());
    expect(inputs).toEqual(['#1, #2, #3, #4, #5, #6,', '#7, #8, #9, #10, #11, #12']);
    y.dispose();

    const [q, k, v] = [0, 1, 2].map(() => ones([4, 64, 4, 16]));
    const attended = scope(() => attention(q, k, v.setRequiresGrad(), 1));
    const [titles, , ...last] = String(
      explain(attended, [
        ['the given queries', q],
        ['the given keys', k],
      ]),
    )
      .split('\n')
      .slice(1);
    const keeps = titles.indexOf('keeps');
    expect(last[0]).toMatch(/^#2 attention\(scale 1\) +\[4, 64, 4, 16\] /);
    expect(last.map((line) => line.slice(keeps))).toEqual([
      'the given queries: 64.0 KiB, the given keys: 64.0 KiB,',
      '#1: 64.0 KiB',
    ]);
    attended.dispose();
  });

  it('shortens long graphs', () => {
    const generator = new Generator(1);
    const config = tinyConfig({ nLayer: 6 });
    const model = createModel(config, generator);
    const loss = scope(() => model.loss(randomTokens(config, generator), randomTokens(config, generator)));
    const explained = explain(loss, model.namedParameters());
    const count = explained.nodes.length;
    expect(count).toBeGreaterThan(200);
    const lines = String(explained).split('\n');
    expect(lines.filter((line) => line.startsWith('#'))).toHaveLength(100);
    expect(lines[52]).toBe(`… ${count - 100} more …`);
    expect(lines.at(-1)).not.toContain('#');
    const bytes = lines.slice(105).map((line) => Number(line.match(/[\d.]+(?= KiB$)/)?.[0] ?? 0));
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
    expect(bytes.length).toBeGreaterThan(10);
    expect(lines.find((line) => line.startsWith('sphereStep'))).toMatch(/^sphereStep +12 +[\d.]+ KiB$/);
    const all = explained.toString(Infinity).split('\n');
    expect(all).toHaveLength(count + 2);
    for (const line of [...lines, ...all]) expect(line.length).toBeLessThanOrEqual(120);
    const leaves = explained.nodes.filter(({ op }) => op === null);
    expect(leaves.map(({ name }) => name).sort()).toEqual(
      model
        .namedParameters()
        .map(([name]) => name)
        .sort(),
    );
    expect(explain(loss).leafBytes).toBe(explained.leafBytes);
    loss.dispose();
    model.dispose();
  });
});
