import { beforeAll, describe, expect, it } from 'vitest';
import * as derivatives from '../../../src/autograd/fused-derivatives.js';
import { type Backend, createBackend, tensor } from '../../../src/index.js';
import { crossEntropyDefinition, rowLosses } from '../../../src/tensor/ops/fused.js';

/** Two columns that exist, the ignored one, and what is no column of four at all. */
const TARGETS = [2, 0, 3, -1, 4, -2, 2 ** 24, -(2 ** 24)];
const IGNORED = 3;
const COUNTED = [true, true, false, false, false, false, false, false];
const LOGITS = TARGETS.flatMap((_, row) => [0.5, -1, 2 + row, 0.25]);

const make = (backend: Backend) => ({
  logits: tensor(LOGITS, [TARGETS.length, 4], { backend }),
  targets: tensor(Int32Array.from(TARGETS), [TARGETS.length], { backend }),
  gradient: tensor(
    TARGETS.map((_, row) => row + 1),
    [TARGETS.length],
    { backend },
  ),
});

describe.each([
  ['reference', 'float32'],
  ['wasm', 'auto'],
  ['gpu', 'cpu'],
  ['gpu', 'webasm'],
] as const)('targets that are no column, on %s (%s)', (name, mode) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend(name, { mode });
  });

  it('have no loss', () => {
    const { logits, targets } = make(backend);
    for (const losses of [
      rowLosses(logits, targets, IGNORED),
      crossEntropyDefinition(logits, targets, IGNORED),
    ]) {
      expect([...losses.dataSync()].map((loss) => loss !== 0)).toEqual(COUNTED);
    }
  });

  it('have no gradient', () => {
    const { logits, targets, gradient } = make(backend);
    for (const backward of [
      derivatives.crossEntropyBackward(gradient, logits, targets, IGNORED),
      derivatives.crossEntropyBackward.definition(gradient, logits, targets, IGNORED),
    ]) {
      const values = [...backward.dataSync()];
      const rows = TARGETS.map((_, row) => values.slice(4 * row, 4 * row + 4));
      expect(rows.map((row) => row.every((value) => value !== 0))).toEqual(COUNTED);
      expect(rows.map((row) => row.some((value) => value !== 0))).toEqual(COUNTED);
    }
  });
});
