/** TensorFlow.js on its WebAssembly backend: `tfjs.ts WORKLOAD`. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import {
  type HostArray,
  type Library,
  type PreparedKernel,
  type Step,
  type StepWorkload,
  serve,
} from '../contenders/host.js';
import { rotaryTables } from './rotary.js';

await serve(openTfjs);

async function openTfjs(): Promise<Library> {
  const module = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  setWasmPaths(`${dirname(module)}/dist/`);
  await tf.setBackend('wasm');
  await tf.ready();
  // It falls back to another backend without a word.
  if (tf.getBackend() !== 'wasm') throw new Error(`tfjs runs ${tf.getBackend()} instead of wasm`);
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'simd' : 'no simd';
  return {
    label: `TensorFlow.js ${version_wasm} wasm, ${simd}`,
    matmul: (hostA, hostB) => {
      const [a, b] = [tensor(hostA), tensor(hostB)];
      return kernel(() => tf.matMul(a, b));
    },
    softmax: (hostX) => {
      const x = tensor(hostX);
      return kernel(() => tf.softmax(x));
    },
    unit: (hostX) => {
      const x = tensor(hostX);
      return kernel(() => unit(x));
    },
    step: trainingStep,
  };
}

function tensor({ shape, data }: HostArray): tf.Tensor {
  return tf.tensor(data, shape, data instanceof Int32Array ? 'int32' : 'float32');
}

// Ops of this backend are done when they return.
function kernel(compute: () => tf.Tensor): PreparedKernel {
  return {
    run: () => tf.tidy(compute).dispose(),
    values: async () => {
      const result = tf.tidy(compute);
      const values = await result.data();
      result.dispose();
      return values;
    },
  };
}

function unit(x: tf.Tensor, axis = -1): tf.Tensor {
  return tf.div(x, tf.sqrt(tf.sum(tf.square(x), axis, true)));
}

function trainingStep({ settings, weights, batches }: StepWorkload): Step {
  const { learningRate, beta1, beta2, epsilon, gradClip, nLayer, nHead, nEmbd, batchSize, blockSize } =
    settings;
  const headDim = nEmbd / nHead;
  const variables = new Map<string, tf.Variable>();
  for (const [name, host] of weights) {
    if (!name.startsWith('optimizer.')) variables.set(name, tf.variable(tensor(host), true, name));
  }
  const get = (name: string): tf.Tensor => variables.get(name)!;
  const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
  const data = batches.map((batch) => {
    const [inputs, targets] = tf.split(tensor(batch), 2);
    // A table of one row a token: the gradient of a gather has no kernel here.
    const oneHot = (x: tf.Tensor) =>
      tf.cast(tf.oneHot(tf.reshape(x, [-1]) as tf.Tensor1D, settings.vocabSize), 'float32');
    return { inputs: oneHot(inputs), targets: oneHot(targets) };
  });
  const table = rotaryTables(blockSize, headDim);
  const tableShape = [blockSize, 1, headDim];
  const [cosine, sine] = [tf.tensor(table.cosine, tableShape), tf.tensor(table.sine, tableShape)];
  const future = tf.tensor(
    Float32Array.from({ length: blockSize ** 2 }, (_, i) =>
      i % blockSize > Math.floor(i / blockSize) ? -1e9 : 0,
    ),
    [blockSize, blockSize],
  );

  const linear = (x: tf.Tensor, name: string) => tf.matMul(x, get(`${name}.weight`), false, true);
  const rotate = (x: tf.Tensor) => {
    const swapped = tf.reshape(tf.reverse(tf.reshape(x, [-1, headDim / 2, 2]), -1), x.shape);
    return tf.add(tf.mul(x, cosine), tf.mul(swapped, sine));
  };
  const heads = (x: tf.Tensor) => tf.reshape(x, [batchSize, blockSize, nHead, headDim]);
  const moved = (h: tf.Tensor, target: tf.Tensor, alpha: tf.Tensor) => {
    const rate = tf.abs(tf.mul(alpha, settings.alphaInit * Math.sqrt(nEmbd)));
    return unit(tf.add(h, tf.mul(rate, tf.sub(target, h))));
  };
  const attention = (h: tf.Tensor, block: string) => {
    const sqk = tf.reshape(tf.mul(get(`${block}.sqk`), Math.sqrt(nEmbd)), [nHead, headDim]);
    const turned = (name: string) => tf.mul(unit(rotate(heads(linear(h, `${block}.${name}`)))), sqk);
    const perHead = (x: tf.Tensor) => tf.transpose(x, [0, 2, 1, 3]);
    const [q, k, v] = [turned('query'), turned('key'), heads(linear(h, `${block}.value`))].map(perHead);
    const scores = tf.add(tf.mul(tf.matMul(q, k, false, true), Math.sqrt(headDim)), future);
    const mixed = tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
    return unit(linear(tf.reshape(mixed, [-1, nEmbd]), `${block}.att_c_proj`));
  };
  const mlp = (h: tf.Tensor, block: string) => {
    const uv = tf.mul(linear(h, `${block}.c_fc`), tf.mul(get(`${block}.suv`), Math.sqrt(nEmbd)));
    const [u, v] = tf.split(uv, 2, -1);
    return unit(linear(tf.mul(u, tf.mul(v, tf.sigmoid(v))), `${block}.mlp_c_proj`));
  };
  const loss = (index: number) => {
    let h = tf.matMul(data[index].inputs, get('transformer.wte.weight'));
    for (let layer = 0; layer < nLayer; layer++) {
      const block = `transformer.h.${layer}`;
      h = moved(unit(h), attention(h, block), get(`${block}.attn_alpha`));
      h = moved(h, mlp(h, block), get(`${block}.mlp_alpha`));
    }
    const logits = tf.mul(
      tf.matMul(h, get('lm_head.weight'), false, true),
      tf.mul(get('sz'), Math.sqrt(nEmbd)),
    );
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), data[index].targets), -1))) as tf.Scalar;
  };
  const clipped = (grads: tf.NamedTensorMap): { name: string; tensor: tf.Tensor }[] => {
    const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
    const scale = tf.minimum(1, tf.div(gradClip, tf.add(tf.sqrt(tf.addN(squares)), 1e-6)));
    return Object.entries(grads).map(([name, gradient]) => ({ name, tensor: tf.mul(gradient, scale) }));
  };

  return async (index) => {
    const value = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => loss(index));
      optimizer.applyGradients(clipped(grads));
      for (const [name, variable] of variables) {
        if (variable.rank === 2) variable.assign(unit(variable, name.endsWith('c_proj.weight') ? 0 : 1));
      }
      return value;
    });
    const [read] = await value.data();
    value.dispose();
    return read;
  };
}
