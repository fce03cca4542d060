/** Every kernel of a backend as a case to run on any backend, held to a tolerance that says its reason. */
export { type Derivative, FUSED } from './fused-cases.js';
export type { KernelCase, Values } from './kernel-values.js';
export { PRIMITIVES, type PrimitiveName, primitiveNames } from './primitive-cases.js';
