/** js-pytorch: arrays of arrays, in plain JavaScript: `js-pytorch.ts WORKLOAD`. */
import { createRequire } from 'node:module';
import { torch } from 'js-pytorch';
import {
  type HostArray,
  type Library,
  type PreparedKernel,
  type Step,
  type StepWorkload,
  serve,
} from '../contenders/host.js';
import { rotaryTables } from './rotary.js';

type Tensor = ReturnType<typeof torch.tensor>;
type Nested = number | Nested[];

await serve(async () => openTorch());

function openTorch(): Library {
  return {
    label: `js-pytorch ${version()}`,
    matmul: (hostA, hostB) => {
      const [a, b] = [tensor(hostA), tensor(hostB)];
      return kernel(() => torch.matmul(a, b));
    },
    softmax: (hostX) => {
      const x = tensor(hostX);
      return kernel(() => softmax(x));
    },
    unit: (hostX) => {
      const x = tensor(hostX);
      return kernel(() => unit(x));
    },
    step: trainingStep,
  };
}

function version(): string {
  const path = createRequire(import.meta.url)
    .resolve('js-pytorch')
    .replace(/dist\/[^/]*$/, 'package.json');
  return createRequire(import.meta.url)(path).version;
}

function nested(data: readonly number[], shape: readonly number[]): Nested[] {
  if (shape.length === 1) return [...data];
  const stride = data.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) =>
    nested(data.slice(i * stride, (i + 1) * stride), shape.slice(1)),
  );
}

function tensor({ shape, data }: HostArray, learns = false): Tensor {
  return torch.tensor(nested(Array.from(data), shape), learns);
}

function kernel(compute: () => Tensor): PreparedKernel {
  return {
    run: () => void compute(),
    values: async () => compute().tolist().flat(Infinity) as number[],
  };
}

// Its own softmax does not subtract the largest either; a negative axis means something else there.
function softmax(x: Tensor): Tensor {
  const exponentials = torch.exp(x);
  return exponentials.div(exponentials.sum(x.shape.length - 1, true));
}

function unit(x: Tensor): Tensor {
  return x.div(torch.sqrt(x.pow(2).sum(x.shape.length - 1, true)));
}

function trainingStep({ settings, weights, batches }: StepWorkload): Step {
  const { learningRate, beta1, beta2, epsilon, gradClip, nLayer, nHead, nEmbd, batchSize, blockSize } =
    settings;
  const headDim = nEmbd / nHead;
  const parameters = new Map<string, Tensor>();
  for (const [name, host] of weights) {
    if (name.startsWith('optimizer.')) continue;
    // There is nothing that splits a result, so the two halves of what makes u and v are parameters of their own.
    if (!/\.(c_fc\.weight|suv)$/.test(name)) parameters.set(name, tensor(host, true));
    else
      for (const [half, part] of halves(host).entries())
        parameters.set(`${name}.${half}`, tensor(part, true));
  }
  const get = (name: string) => parameters.get(name)!;
  const optimizer = new torch.optim.Adam([...parameters.values()], learningRate, 0, [beta1, beta2], epsilon);

  const table = rotaryTables(blockSize, headDim);
  const perPosition = (values: Float32Array) =>
    torch.tensor(nested(Array.from(values), [blockSize, headDim]));
  const [cosine, sine] = [perPosition(table.cosine), perPosition(table.sine)];
  // It has no way to exchange elements but a product.
  const swap = torch.tensor(square(headDim, (i, j) => Number((i ^ 1) === j)));
  const future = torch.tensor(square(blockSize, (i, j) => (j > i ? -1e9 : 0)));

  const linear = (x: Tensor, name: string) => torch.matmul(x, torch.transpose(get(name), 0, 1));
  const heads = (x: Tensor) =>
    torch.transpose(torch.reshape(x, [batchSize, blockSize, nHead, headDim]), 1, 2);
  const flat = (x: Tensor) => torch.reshape(torch.transpose(x, 1, 2), [batchSize * blockSize, nEmbd]);
  const rotate = (x: Tensor) => x.mul(cosine).add(torch.matmul(x, swap).mul(sine));
  const moved = (h: Tensor, target: Tensor, alpha: Tensor) => {
    const rate = torch.sqrt(alpha.mul(settings.alphaInit * Math.sqrt(nEmbd)).pow(2));
    return unit(h.add(target.sub(h).mul(rate)));
  };
  const attention = (h: Tensor, block: string) => {
    // What is broadcast gets a right gradient over matrices only.
    const sqk = get(`${block}.sqk`).mul(Math.sqrt(nEmbd));
    const turned = (name: string) =>
      heads(flat(unit(rotate(heads(linear(h, `${block}.${name}.weight`))))).mul(sqk));
    const [q, k] = [turned('query'), turned('key')];
    const v = heads(linear(h, `${block}.value.weight`));
    const scores = torch
      .matmul(q, torch.transpose(k, 2, 3))
      .mul(Math.sqrt(headDim))
      .add(future);
    const mixed = flat(torch.matmul(softmax(scores), v));
    return unit(linear(mixed, `${block}.att_c_proj.weight`));
  };
  const mlp = (h: Tensor, block: string) => {
    const [u, v] = [0, 1].map((half) => {
      const scale = get(`${block}.suv.${half}`).mul(Math.sqrt(nEmbd));
      return linear(h, `${block}.c_fc.weight.${half}`).mul(scale);
    });
    const silu = v.div(torch.exp(v.neg()).add(1));
    return unit(linear(u.mul(silu), `${block}.mlp_c_proj.weight`));
  };
  const crossEntropy = new torch.nn.CrossEntropyLoss();
  const lossOf = (inputs: number[], targets: number[]) => {
    let h = get('transformer.wte.weight').at(inputs);
    for (let layer = 0; layer < nLayer; layer++) {
      const block = `transformer.h.${layer}`;
      const start = unit(h);
      h = moved(start, attention(start, block), get(`${block}.attn_alpha`));
      h = moved(h, mlp(h, block), get(`${block}.mlp_alpha`));
    }
    const logits = linear(h, 'lm_head.weight').mul(get('sz').mul(Math.sqrt(nEmbd)));
    return crossEntropy.forward(logits, torch.tensor(targets));
  };
  const normalize = () => {
    for (const [name, parameter] of parameters) {
      if (parameter.shape.length !== 2) continue;
      const x = torch.tensor(parameter.tolist());
      const isColumns = name.endsWith('c_proj.weight');
      const made = isColumns ? torch.transpose(unit(torch.transpose(x, 0, 1)), 0, 1) : unit(x);
      parameter._data = made.tolist();
    }
  };

  let steps = 0;
  return async (index) => {
    steps++;
    const tokens = Array.from(batches[index].data);
    const half = batchSize * blockSize;
    const loss = lossOf(tokens.slice(0, half), tokens.slice(half));
    loss.backward();
    clip(parameters.values(), gradClip);
    // Its Adam lacks the bias correction, which a rate and an epsilon for each step amount to.
    const correction = Math.sqrt(1 - beta2 ** steps);
    optimizer.lr = (learningRate * correction) / (1 - beta1 ** steps);
    optimizer.eps = epsilon * correction;
    optimizer.step();
    optimizer.zero_grad();
    normalize();
    return Number(loss.tolist().flat(Infinity)[0]);
  };
}

function halves({ shape: [rows, ...rest], data }: HostArray): HostArray[] {
  const middle = data.length / 2;
  return [data.slice(0, middle), data.slice(middle)].map((half) => ({
    shape: [rows / 2, ...rest],
    data: half,
  }));
}

function square(size: number, value: (i: number, j: number) => number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => value(i, j)));
}

function clip(parameters: Iterable<Tensor>, largest: number): void {
  const gradients = Array.from(parameters, ({ _grad }) => _grad!);
  const squares = gradients.map((gradient) => sumSquares(gradient.tolist()));
  const scale = Math.min(1, largest / (Math.sqrt(squares.reduce((sum, square) => sum + square, 0)) + 1e-6));
  for (const gradient of gradients) gradient._data = gradient.mul(scale).tolist();
}

function sumSquares(values: Nested): number {
  if (typeof values === 'number') return values * values;
  return values.reduce<number>((sum, value) => sum + sumSquares(value), 0);
}
