/** Chapter 2, exercise 2: the checks. */
import { Node } from '../02-tape/history.js';
import { type Check, equal, holds } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  release(node: Node): void;
}

const LENGTH = 100_000;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'a node that nobody holds is freed, and so is what only it held',
    run({ release }) {
      const leaf = new Node([]);
      const loss = new Node([leaf]);
      release(leaf);
      holds(!leaf.isFreed, 'the tensor of the parent went, but its child still holds it: it must stay');
      release(loss);
      holds(loss.isFreed, 'nobody holds the node: it has to be freed');
      holds(leaf.isFreed, 'the node that was freed was the last to hold its parent: that has to go with it');
    },
  },
  {
    name: 'what a tensor still holds stays',
    run({ release }) {
      const weight = new Node([]);
      const loss = new Node([weight]);
      release(loss);
      equal([loss.isFreed, weight.isFreed], [true, false], 'what was freed of [loss, weight]');
      equal(weight.references, 1, 'the count of the weight', 'its tensor is left');
    },
  },
  {
    name: 'what two nodes hold goes with the second, once',
    run({ release }) {
      const shared = new Node([]);
      const left = new Node([shared]);
      const right = new Node([shared, shared]);
      release(shared);
      release(right);
      holds(!shared.isFreed, 'the left node still holds what both came from');
      release(left);
      holds(shared.isFreed, 'both nodes went: what they came from has to go, too');
    },
  },
  {
    name: `a history of ${LENGTH} nodes goes with its last tensor`,
    run({ release }) {
      const nodes = [new Node([])];
      for (let i = 1; i < LENGTH; i++) {
        nodes.push(new Node([nodes[i - 1]]));
        release(nodes[i - 1]);
      }
      try {
        release(nodes[LENGTH - 1]);
      } catch (error) {
        holds(
          !(error instanceof RangeError),
          'the stack is full: a function that calls itself for each parent goes too deep',
        );
        throw error;
      }
      equal(nodes.filter(({ isFreed }) => isFreed).length, LENGTH, 'the number of nodes freed');
    },
  },
];
