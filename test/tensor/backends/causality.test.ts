import { describe, expect, it } from 'vitest';
import { attentionBackward } from '../../../src/autograd/fused-derivatives.js';
import { attention, type Backend, createBackend, scope, tensor, withBackend } from '../../../src/index.js';
import { wasmBackends } from '../../helpers/kernels/wasm.js';
import { asyncProperty, type Draw } from '../../helpers/values/draw.js';

const subjects: readonly (readonly [name: string, backend: Backend])[] = [
  ['reference', await createBackend('reference')],
  ...wasmBackends.map(([mode, backend]) => [`wasm ${mode}`, backend] as const),
  ['gpu cpu', await createBackend('gpu', { mode: 'cpu' })],
  ['gpu webasm', await createBackend('gpu', { mode: 'webasm' })],
];

/** Queries, keys, values and a gradient of the result, for one head of width 5. */
function inputs(draw: Draw, queries: number, keys: number) {
  const [q, gradient] = [draw.numbers([queries, 5]), draw.numbers([queries, 5])];
  return { q, gradient, k: draw.numbers([keys, 5]), v: draw.numbers([keys, 5]) };
}

/** The result, and the gradients of q, k and v, as the rows that they are. */
async function attend(backend: Backend, { q, k, v, gradient }: ReturnType<typeof inputs>) {
  const results = withBackend(backend, () =>
    scope(() => {
      const [x, y, z, g] = [q, k, v, gradient].map((values) =>
        tensor(Float32Array.from(values), [1, values.length / 5, 1, 5]),
      );
      return [attention(x, y, z, 0.5), ...attentionBackward(g, x, y, z, 0.5)];
    }),
  );
  const rows = await Promise.all(
    results.map(async (result) => {
      const values = Array.from(await result.data());
      return values.flatMap((_, i) => (i % 5 === 0 ? [values.slice(i, i + 5)] : []));
    }),
  );
  for (const result of results) result.dispose();
  return rows;
}

describe.each(subjects)('attention on %s', (_, backend) => {
  it('shows no query the future, whatever is there', async () => {
    await asyncProperty(async (draw) => {
      const queries = draw.integer(2, 9);
      const keys = queries + draw.integer(0, 3);
      const given = inputs(draw, queries, keys);
      const [before, beforeQ] = await attend(backend, given);
      // From this query on they see the key.
      const first = draw.integer(1, queries - 1);
      given.k.fill(draw.pick(1e3, -1e3), 5 * (keys - queries + first));
      given.v.fill(draw.pick(1e6, -1e6), 5 * (keys - queries + first));
      const [after, afterQ] = await attend(backend, given);
      expect(after.slice(0, first)).toEqual(before.slice(0, first));
      expect(afterQ.slice(0, first)).toEqual(beforeQ.slice(0, first));
    }, 40);
  });

  it('gives keys and values nothing from queries before them', async () => {
    await asyncProperty(async (draw) => {
      const queries = draw.integer(2, 9);
      const keys = queries + draw.integer(0, 3);
      const given = inputs(draw, queries, keys);
      const [, , beforeK, beforeV] = await attend(backend, given);
      const last = draw.integer(0, queries - 2);
      given.gradient.fill(1e3, 0, 5 * (last + 1));
      given.q.fill(-3, 0, 5 * (last + 1));
      const [, , afterK, afterV] = await attend(backend, given);
      const unseen = keys - queries + last + 1;
      expect(afterK.slice(unseen)).toEqual(beforeK.slice(unseen));
      expect(afterV.slice(unseen)).toEqual(beforeV.slice(unseen));
    }, 40);
  });
});
