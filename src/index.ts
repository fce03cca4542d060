// biome-ignore-all assist/source/organizeImports: of two doors with one name the first counts, and above the classes are types alone
/** SphereGrad's public door: tensors, autograd, layers and nGPT. Training on files lives in `spheregrad/training`. */

// What Tensor has from it comes along, whatever a bundler leaves of this file.
import './autograd/index.js';

export * from './tensor/index.js';
export * from './autograd/index.js';
export * from './nn/index.js';
export * from './ngpt/index.js';
