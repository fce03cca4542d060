import {
  type AsTensors,
  type FusedArguments,
  fusedKernel,
  isRecording,
  requireSameBackend,
  wrap,
} from '../tensor/dispatch.js';
import { type Buffer, type FusedKernels, scope, Tensor } from '../tensor/index.js';

/** The fused kernels that compute derivatives. */
type DerivativeName = keyof FusedKernels & `${string}Backward`;

/** What such a kernel returns: the gradient of its one operand, or a gradient for each. */
type Gradients<N extends DerivativeName> =
  ReturnType<FusedKernels[N]> extends Buffer ? Tensor : AsTensors<ReturnType<FusedKernels[N]>>;

type Derivative<N extends DerivativeName> = (...args: FusedArguments<N>) => Gradients<N>;

/**
 * The derivative that `definition` writes down, run by the backend's kernel where it has one and the tensors are
 * float32. While it is being recorded, for second derivatives, the definition runs: its ops can all be
 * differentiated. The first argument is g, and each gradient has the shape of an operand, in their order after it.
 * Explained in docs/learn/07-fused-ops.md.
 */
export function withKernel<N extends DerivativeName>(
  name: N,
  definition: Derivative<N>,
): Derivative<N> & { readonly definition: Derivative<N> } {
  const derivative: Derivative<N> = (...args) => {
    const tensors = (args as readonly unknown[]).filter(isTensor);
    requireSameBackend(name, tensors);
    const kernel = isRecording(tensors) ? undefined : fusedKernel(name, tensors[0]);
    if (kernel === undefined) return scope(() => definition(...args));
    const run = kernel as (...args: FusedArguments<N>) => Buffer | Buffer[];
    return gradients(tensors, run(...args)) as Gradients<N>;
  };
  return Object.assign(derivative, { definition });
}

/** `buffers` as gradients of the tensors after the first, which is g. */
function gradients(tensors: readonly Tensor[], buffers: Buffer | Buffer[]): Tensor | Tensor[] {
  const { backend } = tensors[0];
  if (!Array.isArray(buffers)) return wrap(backend, buffers, tensors[1].shape);
  return buffers.map((buffer, i) => wrap(backend, buffer, tensors[i + 1].shape));
}

function isTensor(x: unknown): x is Tensor {
  return x instanceof Tensor;
}
