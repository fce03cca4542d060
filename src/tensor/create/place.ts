/** Where a new tensor goes, and whether it has room there. */
import type { Backend } from '../backend.js';
import { requireBackend } from '../checks/backend.js';
import { shown } from '../checks/describe.js';
import { type OptionNames, requireKnown } from '../checks/options.js';
import { BYTES_PER_ELEMENT, type DType, isDType } from '../dtype.js';
import { BackendError, DTypeError } from '../errors.js';
import { currentBackend } from '../registry.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';

/** What a new tensor is made of, and where it lives. */
export interface TensorOptions {
  /** Default: the backend's float type. */
  readonly dtype?: DType;
  /** Default: the current backend. */
  readonly backend?: Backend;
}

/** Those of everything that makes a tensor. */
export const TENSOR_OPTIONS: OptionNames<TensorOptions> = { dtype: true, backend: true };

/** @throws ArgumentError for a backend that is none, DTypeError for a dtype that is none. */
export function backendOf(op: string, { backend = currentBackend(), dtype }: TensorOptions): Backend {
  requireBackend(op, backend);
  if (dtype !== undefined && !isDType(dtype)) {
    throw new DTypeError(`${op}: a dtype is float32, int32 or float64, got ${shown(dtype)}`);
  }
  return backend;
}

/** Before as much is made on the host. @throws BackendError for more bytes than the backend can still hold. */
export function requireRoom(op: string, shape: Shape, options: TensorOptions = {}): void {
  requireKnown(op, options, TENSOR_OPTIONS);
  const backend = backendOf(op, options);
  const room = backend.room?.() ?? 2 ** 32;
  const bytes = sizeOf(shape) * BYTES_PER_ELEMENT[options.dtype ?? backend.floatType];
  if (bytes <= room) return;
  throw new BackendError(
    `${op}: ${formatShape(shape)} takes ${bytes} bytes, and ${backend.name} has room for ${room}`,
  );
}
