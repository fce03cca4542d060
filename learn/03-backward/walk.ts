/** A backward pass, step by step: `npx tsx learn/03-backward/walk.ts`. */
import { init, type Tensor, tensor } from '../../src/index.js';
import { add, mul, parentsFirst, Recorded, tanh } from './recorded.js';

await init('reference', { dtype: 'float64' });
const x = new Recorded(tensor(0.5));
const y = new Recorded(tensor(2));
const a = mul(x, y);
const b = tanh(a);
const c = add(a, b);
const z = mul(c, b);
const names = new Map(Object.entries({ x, y, a, b, c, z }).map(([name, node]) => [node, name]));

/** What has come so far for each, one part from each that read it. */
const parts = new Map<Recorded, Tensor[]>([[z, [tensor(1)]]]);
for (const node of parentsFirst(z).reverse()) {
  const came = parts.get(node) ?? [];
  const gradient = came.reduce((sum, part) => sum.add(part));
  const written = came.map((part) => part.itemSync().toFixed(4));
  const all =
    written.length === 1 ? written[0] : `${written.join(' + ')} = ${gradient.itemSync().toFixed(4)}`;
  console.log(`∂z/∂${names.get(node)} = ${all}`);
  const passed = node.rule(gradient);
  for (const [i, parent] of node.parents.entries()) {
    parts.set(parent, [...(parts.get(parent) ?? []), passed[i]]);
  }
}
