// Rows divided by their length, plain or root-mean-square, and the step on the sphere. Explained in docs/learn/12-kernels.md.

export * from './rms-norm';
export * from './sphere-step';
// The rest are parts of these.
export { unit, unitBackward, unitColumns } from './unit';
