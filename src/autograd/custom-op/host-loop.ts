/**
 * The value of a custom op by a loop in JavaScript, straight on the memory of the backend.
 * Explained in docs/derivatives.md.
 */
import { wrap } from '../../tensor/dispatch.js';
import { ArgumentError, type DType, type Shape, Tensor, type TypedArray } from '../../tensor/index.js';
import { checkShape } from '../../tensor/shape.js';

/** Arguments as a loop sees them: of each tensor its elements, row-major. */
export type OnHost<Args extends readonly unknown[]> = {
  [I in keyof Args]: Args[I] extends Tensor ? TypedArray : Args[I];
};

/** The value of a custom op, written as a loop over its elements. */
export interface HostLoop<Args extends readonly unknown[]> {
  /** The shape of the output; default that of the first tensor. */
  readonly shape?: (...args: Args) => Shape;
  /** The dtype of the output; default that of the first tensor. */
  readonly dtype?: DType;
  /** Writes the elements of the output, zeros at first; those of the arguments are only to be read. Calls no ops. */
  readonly run: (output: TypedArray, ...args: OnHost<Args>) => void;
}

/** True where JavaScript can reach the elements. */
export function loopRuns(x: Tensor): boolean {
  return x.backend.view !== undefined;
}

/** @throws ArgumentError for a shape that is none, an async loop, or one that called ops. */
export function runLoop<Args extends readonly unknown[]>(
  name: string,
  { shape, dtype, run }: HostLoop<Args>,
  args: Args,
): Tensor {
  const first = args.find((arg) => arg instanceof Tensor) as Tensor;
  const { backend } = first;
  const wanted = shape === undefined ? first.shape : shape(...args);
  checkShape(name, wanted);
  const target = [...wanted];
  const output = wrap(backend, backend.kernels.fill(target, 0, dtype ?? first.dtype), target);
  const view = (x: Tensor) => backend.view?.(x.buffer) as TypedArray;
  // After the output has its place: memory that grows leaves older views behind.
  const values = args.map((arg) => (arg instanceof Tensor ? view(arg) : arg)) as unknown as OnHost<Args>;
  const written = view(output);
  const returned: unknown = run(written, ...values);
  if (returned instanceof Promise) {
    throw new ArgumentError(`${name}: its loop must be synchronous, it returned a promise`);
  }
  if (written.length !== output.size) {
    throw new ArgumentError(`${name}: its loop called an op, which moved the memory under it`);
  }
  return output;
}
