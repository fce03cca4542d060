/**
 * What a rule of the table in `rules.ts` is: which values it needs, and what it makes of a gradient.
 * Explained in docs/learn/02-tape.md.
 */
import type { DType, Shape, Tensor } from '../tensor/index.js';

/** What is known of an input without its values. */
export interface Like {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One per input: the gradient, how to work it out if somebody wants it, or null where none flows. */
export type Gradients = readonly (Tensor | (() => Tensor) | null)[];

/** From the values of some inputs, and of all inputs what is known without. */
type FromSome<A> = (g: Tensor, saved: readonly Tensor[], inputs: readonly Like[], attributes: A) => Gradients;

/** How one op passes gradients back, and which values it needs for it. */
export type Rule<A> =
  | { saves: 'inputs'; backward(g: Tensor, inputs: readonly Tensor[], attributes: A): Gradients }
  | { saves: readonly number[]; backward: FromSome<A> }
  | { saves: 'output'; backward(g: Tensor, output: Tensor, attributes: A): Gradients }
  | { saves: 'nothing'; backward(g: Tensor, inputs: readonly Like[], attributes: A): Gradients };

/** A rule that needs the values of all inputs. */
export function fromInputs<A>(
  backward: (g: Tensor, inputs: readonly Tensor[], attributes: A) => Gradients,
): Rule<A> {
  return { saves: 'inputs', backward };
}

/** A rule that needs the values of the inputs at `saves`, and the shapes of the others. */
export function fromSome<A>(saves: readonly number[], backward: FromSome<A>): Rule<A> {
  return { saves, backward };
}

/** A rule that needs the value of the output. */
export function fromOutput<A>(backward: (g: Tensor, y: Tensor, attributes: A) => Gradients): Rule<A> {
  return { saves: 'output', backward };
}

/** A rule that needs no values. */
export function fromShapes<A>(
  backward: (g: Tensor, inputs: readonly Like[], attributes: A) => Gradients,
): Rule<A> {
  return { saves: 'nothing', backward };
}
