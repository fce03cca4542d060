/** Chapter 3, exercise 2: the checks. */
import { tensor } from '../../src/index.js';
import { add, mul, parentsFirst, Recorded, sum, tanh } from '../03-backward/recorded.js';
import { type Check, equal, holds } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  onTheWay(order: readonly Recorded[], targets: ReadonlySet<Recorded>): Set<Recorded>;
}

/** loss = Σ (tanh(w x) + u), with u = x x: nothing flows to w through u. */
function example() {
  const w = new Recorded(tensor([1, 2]));
  const x = new Recorded(tensor([3, 4]));
  const p = mul(w, x);
  const t = tanh(p);
  const u = mul(x, x);
  const s = add(t, u);
  const loss = sum(s);
  return { w, x, p, t, u, s, loss };
}

const LENGTH = 3000;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'to the weight leads what came from it, and nothing else',
    run({ onTheWay }) {
      const { w, ...others } = example();
      const found = onTheWay(parentsFirst(others.loss), new Set([w]));
      equal(namesIn(found, { w, ...others }), ['w', 'p', 't', 's', 'loss'], 'the way from the loss to w');
    },
  },
  {
    name: 'a target need not be a leaf',
    run({ onTheWay }) {
      const nodes = example();
      const found = onTheWay(parentsFirst(nodes.loss), new Set([nodes.t]));
      const hint = 'a target ends the way: what it came from is of no interest';
      equal(namesIn(found, nodes), ['t', 's', 'loss'], 'the way from the loss to t', hint);
    },
  },
  {
    name: 'to what the root did not come from leads nothing',
    run({ onTheWay }) {
      const nodes = example();
      const stranger = new Recorded(tensor([0]));
      const found = onTheWay(parentsFirst(nodes.loss), new Set([stranger]));
      equal(namesIn(found, nodes), [], 'the way to a tensor of another computation');
    },
  },
  {
    name: 'each node is looked at once',
    run({ onTheWay }) {
      let looks = 0;
      const leaf = new Recorded(tensor([1]));
      const order = [leaf];
      for (let i = 1; i < LENGTH; i++) {
        const parents = [order[i - 1]];
        const node = new Recorded(leaf.value);
        Object.defineProperty(node, 'parents', {
          get: () => {
            looks++;
            return parents;
          },
        });
        order.push(node);
      }
      equal(onTheWay(order, new Set([leaf])).size, LENGTH, 'the length of the way through a chain');
      const hint = 'when its turn comes, what is known of its parents already?';
      holds(
        looks <= 3 * LENGTH,
        `of ${LENGTH} nodes in a chain you asked ${looks} times for parents; ${hint}`,
      );
    },
  },
];

function namesIn(found: Set<Recorded>, nodes: Record<string, Recorded>): string[] {
  return ['w', 'x', 'p', 't', 'u', 's', 'loss'].filter((name) => found.has(nodes[name]));
}
