/** y = unit(x) and its Jacobian, row by row from the engine. */
import { type Backend, jacobian, tensor, unit } from '../../../src/index.js';
import { computed } from '../base/engine.js';

export interface UnitSlopes {
  readonly x: readonly number[];
  readonly norm: number;
  readonly y: readonly number[];
  /** ∂yᵢ/∂xⱼ in row i. */
  readonly jacobian: readonly (readonly number[])[];
  /** J y: what happens where x becomes longer but turns nowhere. */
  readonly alongY: readonly number[];
}

export const START = [1, 2, -1, 0.5] as const;

export function unitSlopes(values: readonly number[], backend: Backend): UnitSlopes {
  return computed(backend, () => {
    const x = tensor(values);
    const y = unit(x);
    const [slopes] = jacobian((each) => unit(each))(x);
    const flat = [...slopes.dataSync()];
    const size = values.length;
    return {
      x: values,
      norm: x.square().sum().sqrt().itemSync(),
      y: [...y.dataSync()],
      jacobian: values.map((_, row) => flat.slice(row * size, (row + 1) * size)),
      alongY: [...slopes.matmul(y.reshape([size, 1])).dataSync()],
    };
  });
}

export function sentence({ norm, alongY }: UnitSlopes): string {
  if (norm === 0)
    return 'x is 0 and has no direction: unit leaves it 0, and what the engine gives as its slope is shown.';
  const largest = alongY.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  return (
    'Row i, column j: how y of i follows x of j. A longer x makes all slopes smaller, by 1/‖x‖. ' +
    `Along y itself nothing moves: J y is 0${largest < 1e-12 ? '' : `, up to ${largest}`}; turning is all that y can do.`
  );
}
