/**
 * The one function every op goes through. This layer knows nothing of gradients: autograd installs a recorder
 * here and is told the name, the inputs and the attributes of each op that it may have to differentiate.
 * Explained in docs/learn/02-tape.md and docs/learn/07-fused-ops.md.
 */
import type { Backend, BinaryOp, Buffer, FusedKernels, Operand, UnaryOp } from './backend.js';
import { requireCallback } from './checks/callback.js';
import type { DType } from './dtype.js';
import { BackendError } from './errors.js';
import { scope } from './scope.js';
import type { Shape } from './shape.js';
import { Storage } from './storage.js';
import { Tensor } from './tensor.js';

type None = Record<string, never>;

/** Every differentiable op with what it needs besides tensors; autograd's table must have a rule for each. */
export interface OpAttributes extends Record<UnaryOp | BinaryOp, None> {
  where: None;
  affine: { scale: number; shift: number };
  clamp: { min: number; max: number };
  mulPreconditioned: None;
  cast: { dtype: DType };
  sum: { axes: readonly number[]; keepDims: boolean };
  max: { axes: readonly number[]; keepDims: boolean };
  cumsum: { axis: number; reverse: boolean };
  matmul: { transposeA: boolean; transposeB: boolean };
  reshape: { shape: Shape };
  permute: { axes: readonly number[] };
  slice: { starts: readonly number[]; stops: readonly number[] };
  concat: { axis: number };
  pad: { before: readonly number[]; after: readonly number[]; value: number };
  broadcastTo: { shape: Shape };
  gather: None;
  scatterAdd: { rows: number };
  unit: None;
  rmsNorm: { epsilon: number };
  softmax: None;
  logSoftmax: None;
  crossEntropy: { ignoreIndex: number };
  rope: { offset: number; transposed: boolean };
  swiglu: None;
  scaledSwiglu: None;
  attention: { scale: number };
  sphereStep: None;
}

/** The name of a differentiable op. */
export type OpName = keyof OpAttributes;

/** What autograd plugs in. */
export interface Recorder {
  /** True when an op on these inputs has to be recorded. */
  wants(inputs: readonly Tensor[]): boolean;
  /** Runs the op and, where `wants` says so, remembers how to differentiate it. */
  apply<N extends OpName>(
    name: N,
    inputs: readonly Tensor[],
    attributes: OpAttributes[N],
    run: () => Tensor,
  ): Tensor;
}

let recorder: Recorder | null = null;

/** Installs (or with null removes) the recorder and returns the one before. */
export function setRecorder(next: Recorder | null): Recorder | null {
  const previous = recorder;
  recorder = next;
  return previous;
}

/** Runs `f` with no recorder: nothing in it is differentiated. */
export function unrecorded<T>(f: () => T): T {
  requireCallback('unrecorded', f);
  const previous = setRecorder(null);
  try {
    return f();
  } finally {
    setRecorder(previous);
  }
}

/** True when ops on these inputs are being recorded. */
export function isRecording(inputs: readonly Tensor[]): boolean {
  return recorder?.wants(inputs) ?? false;
}

/** Runs one op: checks that its inputs share a backend and lets autograd record it if it has to. */
export function apply<N extends OpName>(
  name: N,
  inputs: readonly Tensor[],
  attributes: OpAttributes[N],
  run: () => Tensor,
): Tensor {
  requireSameBackend(name, inputs);
  return recorder === null ? run() : recorder.apply(name, inputs, attributes, run);
}

/** @throws BackendError naming both backends when the inputs lie on two. */
export function requireSameBackend(name: string, inputs: readonly Tensor[]): void {
  const first = inputs[0].backend;
  for (let i = 1; i < inputs.length; i++) {
    const other = inputs[i].backend;
    if (other !== first) throw twoBackends(name, first, other);
  }
}

function twoBackends(name: string, first: Backend, other: Backend): BackendError {
  const [one, two] = [first, other].map((backend) => `${backend.name} (${backend.mode})`);
  return new BackendError(
    one === two
      ? `${name}: tensors on two backends, both ${one}: init() was called again after one of them was made; call it once, before all tensors`
      : `${name}: tensors on two backends: ${one} and ${two}`,
  );
}

/** A tensor around a buffer that a kernel returned. */
export function wrap(backend: Backend, buffer: Buffer, shape: Shape): Tensor {
  return new Tensor(new Storage(backend, buffer), shape);
}

/** The operands and results of a kernel, as tensors. */
export type AsTensors<T> = { [I in keyof T]: T[I] extends Operand | Buffer ? Tensor : T[I] };

/** What a fused kernel takes, and so its definition too. */
export type FusedArguments<N extends keyof FusedKernels> = AsTensors<Parameters<FusedKernels[N]>>;

/**
 * Runs a fused op: the backend's kernel where it has one and the tensors are float32, else the definition, with its
 * temporaries freed. Both take `args`; the result has the given shape.
 */
export function runFused<N extends OpName & keyof FusedKernels>(
  name: N,
  args: FusedArguments<N>,
  shape: Shape,
  definition: (...args: FusedArguments<N>) => Tensor,
): Tensor {
  const x = args[0] as Tensor;
  const kernel = fusedKernel(name, x) as ((...args: FusedArguments<N>) => Buffer) | undefined;
  return kernel === undefined ? scope(() => definition(...args)) : wrap(x.backend, kernel(...args), shape);
}

/** The fused kernel that the backend of x has for its dtype; where there is none, the definition has to do. */
export function fusedKernel<N extends keyof FusedKernels>(name: N, x: Tensor): FusedKernels[N] | undefined {
  return x.dtype === 'float32' ? x.backend.fused[name] : undefined;
}
