/** jax-js on WebAssembly, the whole step in one `jit`: `jax.ts WORKLOAD`. */
import { createRequire } from 'node:module';
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import {
  type HostArray,
  type Library,
  type PreparedKernel,
  type Step,
  type StepWorkload,
  serve,
} from '../contenders/host.js';
import { rotaryTables } from './rotary.js';

type Arrays = { [name: string]: np.Array };

await serve(openJax);

async function openJax(): Promise<Library> {
  const devices = await init('wasm');
  if (!devices.includes('wasm')) throw new Error(`jax-js has no wasm here, only ${devices.join(', ')}`);
  defaultDevice('wasm');
  const matmul = jit((a: np.Array, b: np.Array) => np.matmul(a, b));
  const softmax = jit((x: np.Array) => nn.softmax(x, -1));
  const normalize = jit((x: np.Array) => unit(x));
  return {
    label: `jax-js ${version()} wasm`,
    matmul: (hostA, hostB) => {
      const [a, b] = [array(hostA), array(hostB)];
      return kernel(() => matmul(a.ref, b.ref));
    },
    softmax: (hostX) => {
      const x = array(hostX);
      return kernel(() => softmax(x.ref));
    },
    unit: (hostX) => {
      const x = array(hostX);
      return kernel(() => normalize(x.ref));
    },
    step: trainingStep,
  };
}

function version(): string {
  const path = createRequire(import.meta.url)
    .resolve('@jax-js/jax')
    .replace(/dist\/[^/]*$/, 'package.json');
  return createRequire(import.meta.url)(path).version;
}

function array({ shape, data }: HostArray): np.Array {
  const dtype = data instanceof Int32Array ? np.int32 : np.float32;
  return np.array(data, { dtype }).reshape(shape);
}

function kernel(compute: () => np.Array): PreparedKernel {
  return {
    run: async () => (await compute().blockUntilReady()).dispose(),
    values: async () => (await compute().data()) as Float32Array,
  };
}

// An array that is passed on is used up: `ref` is for all uses but the last.

function unit(x: np.Array, axis = -1): np.Array {
  return x.ref.div(np.sqrt(np.square(x).sum(axis, { keepdims: true })));
}

function trainingStep({ settings, weights, batches }: StepWorkload): Step {
  const { learningRate, beta1, beta2, epsilon, gradClip, nLayer, nHead, nEmbd, batchSize, blockSize } =
    settings;
  const headDim = nEmbd / nHead;
  const names = [...weights.keys()].filter((name) => !name.startsWith('optimizer.'));
  const table = rotaryTables(blockSize, headDim);
  const tableShape = [blockSize, 1, headDim];
  const cosine = np.array(table.cosine as Float32Array<ArrayBuffer>).reshape(tableShape);
  const sine = np.array(table.sine as Float32Array<ArrayBuffer>).reshape(tableShape);
  const future = np.triu(np.full([blockSize, blockSize], -1e9), 1);

  const linear = (x: np.Array, weight: np.Array) => np.matmul(x, weight.transpose());
  const rotate = (x: np.Array) => {
    const swapped = np
      .flip(x.ref.reshape([batchSize, blockSize, nHead, headDim / 2, 2]), -1)
      .reshape(x.shape);
    return x.mul(cosine.ref).add(swapped.mul(sine.ref));
  };
  const heads = (x: np.Array) => x.reshape([batchSize, blockSize, nHead, headDim]);
  const perHead = (x: np.Array) => x.transpose([0, 2, 1, 3]);
  const moved = (h: np.Array, target: np.Array, alpha: np.Array) => {
    const rate = np.abs(alpha.mul(settings.alphaInit * Math.sqrt(nEmbd)));
    return unit(h.ref.add(rate.mul(target.sub(h))));
  };
  const attention = (h: np.Array, p: Arrays, block: string) => {
    const sqk = p[`${block}.sqk`].ref.mul(Math.sqrt(nEmbd)).reshape([nHead, headDim]);
    const turned = (name: string) =>
      perHead(unit(rotate(heads(linear(h.ref, p[`${block}.${name}.weight`].ref)))).mul(sqk.ref));
    const [q, k] = [turned('query'), turned('key')];
    sqk.dispose();
    const v = perHead(heads(linear(h, p[`${block}.value.weight`].ref)));
    const scores = np
      .matmul(q, k.transpose([0, 1, 3, 2]))
      .mul(Math.sqrt(headDim))
      .add(future.ref);
    const mixed = np.matmul(nn.softmax(scores, -1), v).transpose([0, 2, 1, 3]).reshape([-1, nEmbd]);
    return unit(linear(mixed, p[`${block}.att_c_proj.weight`].ref));
  };
  const mlp = (h: np.Array, p: Arrays, block: string) => {
    const uv = linear(h, p[`${block}.c_fc.weight`].ref).mul(p[`${block}.suv`].ref.mul(Math.sqrt(nEmbd)));
    const [u, v] = np.split(uv, 2, -1);
    return unit(linear(u.mul(nn.silu(v)), p[`${block}.mlp_c_proj.weight`].ref));
  };
  const loss = (p: Arrays, batch: np.Array) => {
    const [inputs, targets] = np
      .split(batch.reshape([2, -1]), 2, 0)
      .map((x) => nn.oneHot(x.reshape([-1]), settings.vocabSize));
    let h = np.matmul(inputs, p['transformer.wte.weight'].ref);
    for (let layer = 0; layer < nLayer; layer++) {
      const block = `transformer.h.${layer}`;
      const start = unit(h);
      h = moved(start.ref, attention(start, p, block), p[`${block}.attn_alpha`].ref);
      h = moved(h.ref, mlp(h, p, block), p[`${block}.mlp_alpha`].ref);
    }
    const logits = linear(h, p['lm_head.weight'].ref).mul(p.sz.ref.mul(Math.sqrt(nEmbd)));
    tree.dispose(p);
    return nn.logSoftmax(logits, -1).mul(targets).sum(-1).mean().neg();
  };

  const update = jit(
    (p: Arrays, m: Arrays, v: Arrays, batch: np.Array, rate: np.Array, correction: np.Array) => {
      const [value, gradients] = valueAndGrad(loss)(tree.ref(p), batch);
      const squares = names.map((name) => np.square(gradients[name].ref).sum());
      const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)));
      const scale = np.minimum(np.array(gradClip).div(norm.add(1e-6)), 1);
      const [newP, newM, newV]: [Arrays, Arrays, Arrays] = [{}, {}, {}];
      for (const name of names) {
        const g = gradients[name].mul(scale.ref);
        newM[name] = m[name].mul(beta1).add(g.ref.mul(1 - beta1));
        newV[name] = v[name].mul(beta2).add(np.square(g).mul(1 - beta2));
        const size = np.sqrt(newV[name].ref.mul(correction.ref)).add(epsilon);
        const moved = p[name].sub(newM[name].ref.mul(rate.ref).div(size));
        newP[name] = moved.ndim === 2 ? unit(moved, name.endsWith('c_proj.weight') ? 0 : 1) : moved;
      }
      scale.dispose();
      rate.dispose();
      correction.dispose();
      return [value, newP, newM, newV] as [np.Array, Arrays, Arrays, Arrays];
    },
  );

  const data = batches.map(array);
  const each = (make: (name: string) => np.Array): Arrays =>
    Object.fromEntries(names.map((name) => [name, make(name)]));
  let p = each((name) => array(weights.get(name)!));
  let m = each((name) => np.zeros(weights.get(name)!.shape));
  let v = each((name) => np.zeros(weights.get(name)!.shape));
  let steps = 0;
  return async (index) => {
    steps++;
    const rate = np.array(learningRate / (1 - beta1 ** steps));
    const correction = np.array(1 / (1 - beta2 ** steps));
    const [value, ...state] = update(p, m, v, data[index].ref, rate, correction);
    [p, m, v] = state;
    const [read] = await value.data();
    // The step is over when its parameters are there.
    await Promise.all(Object.values(p).map((parameter) => parameter.blockUntilReady()));
    return read;
  };
}
