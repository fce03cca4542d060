/**
 * The only door to a backend. Everything above this file speaks of tensors; everything below it of buffers.
 * Explained in docs/learn/12-kernels.md.
 *
 * A kernel takes operands (a buffer with its shape), returns a *new* buffer that it has allocated, and never
 * checks shapes: the ops in `../ops` did. Kernels whose names end in `InPlace` return nothing and change
 * their first operand. All arrays are contiguous and row-major.
 */
import type { DType, TypedArray } from './dtype.js';
import type { Shape } from './shape.js';

/** A block of device memory; only its own backend knows what is inside. */
export interface Buffer {
  readonly dtype: DType;
  /** Number of elements. */
  readonly length: number;
}

/** What a kernel reads: a buffer and how to see it. `Tensor` is one. */
export interface Operand {
  readonly buffer: Buffer;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The elementwise functions of one operand. */
export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'trunc'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'reciprocal'
  | 'square'
  | 'sin'
  | 'cos'
  | 'atan'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'relu'
  | 'erf';

/** The elementwise functions of two operands. */
export type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'pow' | 'remainder';

/** The comparisons: =, ≠, <, ≤, > and ≥. */
export type CompareOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/**
 * The primitives. NaN spreads through every one of them (`max`, `maximum` and `argmax` included: argmax
 * returns the first NaN), as in PyTorch. Float kernels take float32 (reference: float64 too); those marked
 * *any* take int32 as well.
 */
export interface Kernels {
  /** The function applied to each element. */
  unary(op: UnaryOp, x: Operand): Buffer;
  /** `a` and `b` broadcast to `shape`. */
  binary(op: BinaryOp, a: Operand, b: Operand, shape: Shape): Buffer;
  /** *any*; int32 of 0 and 1. */
  compare(op: CompareOp, a: Operand, b: Operand, shape: Shape): Buffer;
  /** *any*; `condition` is int32, 0 means `b`. All three broadcast to `shape`. */
  where(condition: Operand, a: Operand, b: Operand, shape: Shape): Buffer;
  /** scale·x + shift with two plain numbers. */
  affine(x: Operand, scale: number, shift: number): Buffer;
  /** *any*; float to int32 truncates towards zero. */
  cast(x: Operand, dtype: DType): Buffer;

  /** *any*; sum over `axes` (sorted, distinct, positive); over an empty axis 0. That of int32 is modulo 2³². */
  sum(x: Operand, axes: readonly number[]): Buffer;
  /** *any*; largest over `axes`, none of them empty. */
  max(x: Operand, axes: readonly number[]): Buffer;
  /** *any*; index of the first largest along one axis; int32. */
  argmax(x: Operand, axis: number): Buffer;
  /** *any*; along one axis the sum of everything up to each element, itself included; `reverse` from the end. */
  cumsum(x: Operand, axis: number, reverse: boolean): Buffer;

  /**
   * *any*; where the elements along one axis stand in order, `descending` or not: int32, of the shape of x. NaN is the
   * largest; equal ones stay in their order.
   */
  argsort(x: Operand, axis: number, descending: boolean): Buffer;

  /**
   * Batched product of [A, M, K] and [B, K, N] giving [max(A, B), M, N]; A = B, or one of them is 1 and
   * shared. A transposed operand is stored [A, K, M] (or [B, N, K]).
   */
  matmul(a: Operand, b: Operand, transposeA: boolean, transposeB: boolean): Buffer;

  /** *any* */
  permute(x: Operand, axes: readonly number[]): Buffer;
  /** *any*; elements `starts` (inclusive) to `stops` (exclusive) on every axis. */
  slice(x: Operand, starts: readonly number[], stops: readonly number[]): Buffer;
  /** *any*; all of one dtype, equal on every other axis. */
  concat(xs: readonly Operand[], axis: number): Buffer;
  /** *any*; `before` and `after` give how many elements of `value` to add on every axis. */
  pad(x: Operand, before: readonly number[], after: readonly number[], value: number): Buffer;

  /** *any*; rows of `table` [R, D] at int32 `indices` (any shape): [...indices, D]. An index outside [0, R) gives a row of zeros. */
  gather(table: Operand, indices: Operand): Buffer;
  /** Adds each row of `updates` [...indices, D] to row `indices` of zeros [rows, D], in the order given; indices outside are dropped. */
  scatterAdd(indices: Operand, updates: Operand, rows: number): Buffer;

  /** *any* */
  fill(shape: Shape, value: number, dtype: DType): Buffer;
  /** *any*; a copy of x broadcast to `shape`. */
  copy(x: Operand, shape: Shape): Buffer;
  /** *any*; overwrites `target` with `source`, of the same size and dtype. */
  assignInPlace(target: Operand, source: Operand): void;
}

/** Settings of one Adam step; see `adamStepInPlace`. */
export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled (AdamW): the parameter is first multiplied by 1 − learningRate·weightDecay. */
  readonly weightDecay: number;
  /** Counts from 1, for the bias correction. */
  readonly step: number;
}

/**
 * The fused kernels: each has a definition made of primitives, in `ops/fused.ts`, `ops/inplace.ts` or, where its
 * name ends in `Backward`, in autograd, and does exactly that, faster. A backend supplies those that pay off; where
 * it does not, the definition runs.
 * All float32, all along the last axis unless said otherwise.
 */
export interface FusedKernels {
  /** x / ‖x‖ along the last axis; zero rows stay zero. Must not overflow where x does not. */
  unit(x: Operand): Buffer;
  /** The derivative of `unit`. */
  unitBackward(gradient: Operand, x: Operand): Buffer;

  /** x / √(mean(x²) + epsilon) ⊙ weight, weight [D]. */
  rmsNorm(x: Operand, weight: Operand, epsilon: number): Buffer;
  /** Gradients of x and weight. */
  rmsNormBackward(gradient: Operand, x: Operand, weight: Operand, epsilon: number): [Buffer, Buffer];

  /** eˣ / Σeˣ */
  softmax(x: Operand): Buffer;
  /** From the output y. */
  softmaxBackward(gradient: Operand, y: Operand): Buffer;
  /** log softmax(x) */
  logSoftmax(x: Operand): Buffer;
  /** From the output y. */
  logSoftmaxBackward(gradient: Operand, y: Operand): Buffer;

  /** −log softmax(logits [N, V])[targets [N]], 0 where the target is `ignoreIndex`: [N]. */
  crossEntropy(logits: Operand, targets: Operand, ignoreIndex: number): Buffer;
  /** The derivative of `crossEntropy` in the logits. */
  crossEntropyBackward(gradient: Operand, logits: Operand, targets: Operand, ignoreIndex: number): Buffer;

  /**
   * y = x ⊙ table[0] + swap(x) ⊙ table[1], where swap exchanges the two of each pair (2i, 2i+1);
   * x [B, T, H, D], table [2, P, D], its rows `offset` … `offset`+T−1. Transposed: x ⊙ table[0] +
   * swap(x ⊙ table[1]).
   */
  rope(x: Operand, table: Operand, offset: number, transposed: boolean): Buffer;

  /** x [..., 2M] holds u then v: u ⊙ v ⊙ sigmoid(v), [..., M]. */
  swiglu(x: Operand): Buffer;
  /** The derivative of `swiglu`. */
  swigluBackward(gradient: Operand, x: Operand): Buffer;

  /** The same of x ⊙ scale, scale [2M]. */
  scaledSwiglu(x: Operand, scale: Operand): Buffer;
  /** Gradients of x and scale. */
  scaledSwigluBackward(gradient: Operand, x: Operand, scale: Operand): [Buffer, Buffer];

  /**
   * Causal attention, softmax(scale·q·kᵀ)·v per head; q [B, T, H, D], k and v [B, S, H, D], S ≥ T; query
   * row i sees keys 0 … S−T+i. Returns [B, T, H, D].
   */
  attention(q: Operand, k: Operand, v: Operand, scale: number): Buffer;
  /** Gradients of q, k, v; the weights are computed anew, not kept. */
  attentionBackward(
    gradient: Operand,
    q: Operand,
    k: Operand,
    v: Operand,
    scale: number,
  ): [Buffer, Buffer, Buffer];

  /** unit(h + |alpha| ⊙ (target − h)); h and target [..., D], alpha [D]. */
  sphereStep(h: Operand, target: Operand, alpha: Operand): Buffer;
  /** Gradients of h, target and alpha (with sign(0) = 0). */
  sphereStepBackward(
    gradient: Operand,
    h: Operand,
    target: Operand,
    alpha: Operand,
  ): [Buffer, Buffer, Buffer];

  /** Σx² over everything, a scalar. */
  sumSquares(x: Operand): Buffer;
  /**
   * One Adam step: g = gradient · gradientScale (a scalar on the device, or null for 1); m and v moving
   * averages of g and g²; parameter −= learningRate·m̂/(√v̂ + epsilon). Changes parameter, m and v.
   */
  adamStepInPlace(
    parameter: Operand,
    gradient: Operand,
    m: Operand,
    v: Operand,
    gradientScale: Operand | null,
    settings: AdamSettings,
  ): void;
  /** x ← unit(x) along any axis. */
  unitInPlace(x: Operand, axis: number): void;
}

/** How a backend runs: `auto` is the best that does; the reference has its dtype, wasm its builds, gpu its devices. */
export type BackendMode =
  | 'auto'
  | 'float32'
  | 'float64'
  | 'simd'
  | 'relaxed-simd'
  | 'wide'
  | 'webgpu'
  | 'webgl2'
  | 'headlessgl'
  | 'webasm'
  | 'cpu';

/**
 * Which build of the wasm backend runs: `wide` in operations of 256 bits, `relaxed` with a fused multiply-add, `plain`
 * with neither, or `auto`, the fastest there is. Other words for the modes `wide`, `relaxed-simd`, `simd` and `auto`.
 */
export type Simd = 'auto' | 'wide' | 'relaxed' | 'plain';

/** Plain loops that say what every kernel means, SIMD WebAssembly, or gpu.js on a GPU. */
export type BackendName = 'reference' | 'wasm' | 'gpu';

/** Memory in use on a backend, counted by the backend itself. */
export interface MemoryInfo {
  /** Live buffers. */
  readonly buffers: number;
  /** Bytes in live buffers. */
  readonly bytes: number;
  /** Bytes taken from the system, free blocks kept for reuse included. */
  readonly reservedBytes: number;
}

/** A place where tensors live and kernels run, made by `init` or `createBackend`. */
export interface Backend {
  readonly name: BackendName;
  /** Which build or device really runs. */
  readonly mode: Exclude<BackendMode, 'auto'>;
  /** The dtype of new float tensors. */
  readonly floatType: 'float32' | 'float64';
  readonly kernels: Kernels;
  readonly fused: Partial<FusedKernels>;
  /** Copies `values` to the device. @throws DTypeError for a dtype the backend lacks. */
  upload(values: TypedArray, dtype: DType): Buffer;
  /** Overwrites a buffer from the host; lengths must agree. */
  write(buffer: Buffer, values: TypedArray): void;
  /** Waits for the buffer and copies it to the host. */
  read(buffer: Buffer): Promise<TypedArray>;
  /** The same at once, where the device can. */
  readSync?(buffer: Buffer): TypedArray;
  /** The elements where they lie, not to be changed, until the next op; absent where the host cannot reach them. */
  view?(buffer: Buffer): TypedArray;
  /**
   * The place of the first of int32 `indices` that is neither in [0, limit) nor `ignored`, −1 where there is none; absent
   * where to look would mean waiting for the device.
   */
  firstOutside?(indices: Operand, limit: number, ignored: number | null): number;
  /** How other threads see the buffers; null or absent where they cannot. */
  readonly shared?: SharedBuffers | null;
  /** Waits until everything asked for has been computed; absent where ops are done when they return. */
  finish?(): Promise<void>;
  /**
   * Keeps what in-place kernels overwrite from now on, where a kernel may fail after it was asked for: so that a
   * training step that fails half way leaves no trace. Absent where kernels do not fail.
   */
  transaction?(): Transaction;
  /** Gives the buffer back; it must not be used again. */
  free(buffer: Buffer): void;
  /** What is in use at this moment. */
  memory(): MemoryInfo;
  /** How many bytes it can still hold at most; absent where nobody knows. */
  room?(): number;
  /** What has crossed to the device and back, and what has run there; absent where device and host are one. */
  counters?(): Counters;
}

/** Buffers in memory that other threads of the process can be given. */
export interface SharedBuffers {
  /** Where they lie; it grows, so `memory.buffer` is to be asked for anew. */
  readonly memory: WebAssembly.Memory;
  /** The byte at which a buffer begins. */
  address(buffer: Buffer): number;
}

/** Counts since the backend was made. */
export interface Counters {
  /** Tensors sent to the device. */
  readonly uploads: number;
  /** Tensors read from it. */
  readonly readbacks: number;
  /** Kernels run. */
  readonly launches: number;
  /** Kernels compiled. */
  readonly compiled: number;
}

/** Changes in place that can be taken back. To be ended in one of two ways. */
export interface Transaction {
  /** Waits until all kernels are under way and lets go of the old values. @throws BackendError if one failed; then roll back. */
  commit(): Promise<void>;
  /** Brings the old values back. */
  rollback(): void;
}

/** What `init` takes besides the name. */
export interface BackendOptions {
  /** reference: the dtype of new float tensors, default `float32`. */
  readonly dtype?: 'float32' | 'float64';
  /** wasm: `auto` (default), `simd`, `relaxed-simd` or `wide`, which is slow where V8 does not pair vectors. gpu: see `backends/gpu`. */
  readonly mode?: BackendMode;
  /** wasm: the same in other words; not beside another mode. */
  readonly simd?: Simd;
  /** wasm: what to work in, see `createSharedMemory`; default a memory of its own. */
  readonly memory?: WebAssembly.Memory;
}
