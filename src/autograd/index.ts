/** The door to autograd. What it adds to `Tensor` comes along with it. */
import './tensor-methods.js';

// What the signatures speak of.
export type { DType, Shape, Tensor, TypedArray } from '../tensor/index.js';
export { detectAnomaly } from './anomaly.js';
export { type BackwardOptions, backward, gradients } from './backward.js';
export {
  type CustomContext,
  type CustomGradients,
  type CustomOpDefinition,
  customOp,
  type HostLoop,
  type Keeps,
  type OnHost,
} from './custom-op/index.js';
export {
  type Explanation,
  explain,
  type GraphInput,
  type GraphNode,
  type KeptValue,
} from './explain/index.js';
export {
  type Gradients,
  type GradOptions,
  grad,
  type TensorFunction,
  valueAndGrad,
  vjp,
} from './functional/grad.js';
export { type Hessian, hessian, jacobian } from './functional/jacobian.js';
export { jvp } from './functional/jvp.js';
export { type VmapOptions, vmap } from './functional/vmap.js';
export { type GradcheckOptions, gradcheck } from './gradcheck.js';
export { recompute } from './recompute.js';
export { isGradEnabled, noGrad } from './tape.js';
