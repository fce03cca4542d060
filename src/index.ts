/** SphereGrad's public door: tensors, autograd, layers and nGPT. Training on files lives in `spheregrad/training`. */
export * from './autograd/index.js';
export * from './ngpt/index.js';
export * from './nn/index.js';
export * from './tensor/index.js';
