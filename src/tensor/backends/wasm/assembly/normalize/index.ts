export * from './rms-norm';
export * from './sphere-step';
// The rest are parts of these.
export { unit, unitBackward, unitColumns } from './unit';
