/** SphereGrad's public door: tensors, autograd, layers and nGPT. Training on files lives in `spheregrad/training`. */

// What Tensor has from it comes along, whatever a bundler leaves of this file.
import './autograd/index.js';

export * from './autograd/index.js';
export * from './ngpt/index.js';
export * from './nn/index.js';
export * from './tensor/index.js';
