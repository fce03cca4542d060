/** Runs a case as our library does, and compares what comes out with what PyTorch wrote down. */
import {
  type Backend,
  grad,
  scope,
  type Tensor,
  type TypedArray,
  tensor,
  withBackend,
} from '../../src/index.js';
import { EXACT, firstDifference, type Tolerance, textOf } from '../helpers/values/tolerance.js';
import { argument, read, type WrittenCase, weightOf } from './cases.js';
import { CALLS } from './ops.js';

export type Part = 'outputs' | 'gradients' | 'second';

interface Computed {
  readonly outputs: readonly Tensor[];
  readonly gradients: readonly Tensor[];
  readonly second: readonly Tensor[];
}

/** In which parts, and how, what we make of a case is not within the tolerance of PyTorch's. */
export async function differences(
  backend: Backend,
  subject: WrittenCase,
  tolerance: Tolerance,
): Promise<Map<Part, string>> {
  const computed = withBackend(backend, () => scope(() => compute(backend, subject)));
  const wanted = {
    outputs: subject.outputs,
    gradients: placed(subject, 'gradients'),
    second: placed(subject, 'second'),
  };
  const found = new Map<Part, string>();
  for (const part of ['outputs', 'gradients', 'second'] as const) {
    const difference = await firstAmong(computed[part], wanted[part], tolerance);
    if (difference !== null) found.set(part, difference);
  }
  for (const part of Object.values(computed)) for (const x of part) x.dispose();
  return found;
}

/** The gradients of those inputs that have one, with the shapes of the inputs. */
function placed(subject: WrittenCase, part: 'gradients' | 'second'): WrittenCase['outputs'] {
  return (subject[part] ?? []).flatMap((values, i) =>
    values === null ? [] : [{ shape: subject.inputs[i].shape, values: [...values] }],
  );
}

function compute(backend: Backend, subject: WrittenCase): Computed {
  const inputs = subject.inputs.map(({ shape, values, dtype = backend.floatType }) =>
    tensor(read(values), shape, { dtype }),
  );
  const differentiated = inputs.filter((_, i) => (subject.gradients?.[i] ?? null) !== null);
  const outputsOf = (xs: readonly Tensor[]): Tensor[] => {
    const all = inputs.map((x) => (differentiated.includes(x) ? xs[differentiated.indexOf(x)] : x));
    return call(subject, all);
  };
  const outputs = outputsOf(differentiated).map((y) => y.alias());
  if (differentiated.length === 0) return { outputs, gradients: [], second: [] };
  const first = grad((...xs) => weighted(outputsOf(xs).filter((y) => y.dtype !== 'int32')), {
    createGraph: subject.second !== undefined,
  });
  const second =
    subject.second === undefined ? [] : grad((...xs) => weighted(first(...xs)))(...differentiated);
  return { outputs, gradients: first(...differentiated), second };
}

function call(subject: WrittenCase, inputs: readonly Tensor[]): Tensor[] {
  const f = CALLS.get(subject.op);
  if (f === undefined) throw new Error(`there is no op ${subject.op}`);
  const result = f(inputs, subject.args.map(argument));
  return Array.isArray(result) ? result : [result as Tensor];
}

/** Σ wᵢ yᵢ over all elements of all. */
function weighted(ys: readonly Tensor[]): Tensor {
  const sums = ys.map((y) =>
    y
      .mul(
        tensor(
          Float64Array.from({ length: y.size }, (_, i) => weightOf(i)),
          y.shape,
        ),
      )
      .sum(),
  );
  return sums.reduce((sum, next) => sum.add(next));
}

async function firstAmong(
  actual: readonly Tensor[],
  expected: WrittenCase['outputs'],
  tolerance: Tolerance,
): Promise<string | null> {
  if (actual.length !== expected.length) return `${actual.length} tensors, wanted ${expected.length}`;
  for (const [i, x] of actual.entries()) {
    const { shape, values, dtype } = expected[i];
    if ((x.dtype === 'int32') !== (dtype === 'int32')) return `tensor ${i} is ${x.dtype}`;
    const wanted = { shape, values: rounded(read(values), x) };
    const given = { shape: x.shape, values: await x.data() };
    const difference = firstDifference(given, wanted, dtype === 'int32' ? EXACT : tolerance);
    if (difference !== null) return `tensor ${i}, ${textOf(difference)}`;
  }
  return null;
}

/** What float32 cannot hold is infinite there. */
function rounded(values: Float64Array, { dtype }: Tensor): TypedArray {
  return dtype === 'float32' ? values.map(Math.fround) : values;
}
