/** The classes of errors, one for each kind of mistake. */
import { shown } from './checks/describe.js';

/**
 * The errors SphereGrad throws on purpose. Each message says what was given and what was wanted, so that
 * the command line can print it as it stands, without a stack trace.
 */
export class SphereGradError extends Error {
  // Written out, here and below: bundlers rename classes, and users read names.
  override readonly name: string = 'SphereGradError';

  constructor(message?: string, options?: ErrorOptions) {
    // From plain JavaScript it may be what no text can be made of.
    super(message === undefined ? message : shown(message), options);
  }
}

/** Shapes or axes that do not fit together. */
export class ShapeError extends SphereGradError {
  override readonly name: string = 'ShapeError';
}

/** A dtype an op or a backend does not take. */
export class DTypeError extends SphereGradError {
  override readonly name: string = 'DTypeError';
}

/** An argument of the wrong kind: no tensor, no function, too few of them. */
export class ArgumentError extends SphereGradError {
  override readonly name: string = 'ArgumentError';
}

/** A backend that is missing, mixed with another, out of memory or lost. */
export class BackendError extends SphereGradError {
  override readonly name: string = 'BackendError';
}

/** Settings that are out of range or contradict each other. */
export class ConfigError extends SphereGradError {
  override readonly name: string = 'ConfigError';
  /** The settings that the message names, for programs that know them by other names, as the command line does. */
  readonly settings: readonly string[];

  constructor(message: string, options: ErrorOptions & { settings?: readonly string[] } = {}) {
    super(message, options);
    this.settings = options?.settings ?? [];
  }
}

/** Text, token files, batches, or indices in tensors, that cannot be used. */
export class DataError extends SphereGradError {
  override readonly name: string = 'DataError';
}

/** A checkpoint that is corrupt, incomplete or made for another model. */
export class CheckpointError extends SphereGradError {
  override readonly name: string = 'CheckpointError';
}

/** A NaN or an infinity where a number was needed. */
export class NumericError extends SphereGradError {
  override readonly name: string = 'NumericError';
}

/** Use of a tensor, tape or scope after its end. */
export class LifetimeError extends SphereGradError {
  override readonly name: string = 'LifetimeError';
}
