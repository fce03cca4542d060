// biome-ignore-all assist/source/organizeImports: where two doors have one name the first counts, and of tensors only the lowest layer has the class itself, the others its type
/** SphereGrad's public door: tensors, autograd, layers and nGPT. Training on files lives in `spheregrad/training`. */

// What Tensor has from it comes along, whatever a bundler leaves of this file.
import './autograd/index.js';

export * from './tensor/index.js';
export * from './autograd/index.js';
export * from './nn/index.js';
export * from './ngpt/index.js';
