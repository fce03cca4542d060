/** Ops that are made of others and have no kernel and no derivative of their own. */
export * from './activations.js';
export { einsum } from './einsum.js';
export * from './logic.js';
export * from './matrices.js';
export * from './movement.js';
export * from './order.js';
export * from './products.js';
export * from './reductions.js';
export * from './statistics.js';
/** `var`, the name in PyTorch and NumPy, is no word for a function in JavaScript, but one for an export. */
export { variance as var } from './statistics.js';
