/** Softmax, its logarithm and cross-entropy as shaders. Explained in docs/learn/07-fused-ops.md and docs/gpu.md. */
import type { FusedKernels, Operand } from '../../backend.js';
import { maxMiddle, sumMiddle } from './reduce.js';
import type { Device } from './runtime/device.js';
import { lastAxis, perElement, type View } from './runtime/per-row.js';
import { program } from './runtime/program.js';

type SoftmaxKernels = Pick<
  FusedKernels,
  | 'softmax'
  | 'softmaxBackward'
  | 'logSoftmax'
  | 'logSoftmaxBackward'
  | 'crossEntropy'
  | 'crossEntropyBackward'
>;

export function softmaxKernels(device: Device): SoftmaxKernels {
  /** Largest of each row, and Σ exp(x − largest). */
  function statistics(x: Operand): [largest: Operand, total: Operand] {
    const view = lastAxis(x.shape);
    const largest = maxMiddle(device, { ...VALUES, inputs: [x] }, view);
    const total = sumMiddle(device, { ...EXPONENTIALS, inputs: [x, largest] }, view);
    return [largest, total];
  }

  function forward(x: Operand, name: string, result: string) {
    if (x.buffer.length === 0) return device.share(x);
    const [largest, total] = statistics(x);
    const kernel = perElement(name, 'x, largest, total', lastAxis(x.shape), result);
    const y = device.compute(kernel, [x, largest, total], x.shape);
    device.freeAll(largest, total);
    return y.buffer;
  }

  return {
    softmax: (x) => forward(x, 'softmax', 'Math.exp(x[i] - largest[row]) / total[row]'),

    logSoftmax: (x) => forward(x, 'logSoftmax', 'x[i] - largest[row] - Math.log(total[row])'),

    softmaxBackward(gradient, y) {
      if (y.buffer.length === 0) return device.share(y);
      const view = lastAxis(y.shape);
      const common = sumMiddle(device, { ...PRODUCTS, inputs: [gradient, y] }, view);
      const inputs = [gradient, y, common];
      const kernel = perElement('softmaxBackward', 'g, y, common', view, 'y[i] * (g[i] - common[row])');
      const result = device.compute(kernel, inputs, y.shape);
      device.freeAll(common);
      return result.buffer;
    },

    logSoftmaxBackward(gradient, y) {
      if (y.buffer.length === 0) return device.share(y);
      const view = lastAxis(y.shape);
      const sum = sumMiddle(device, { ...GRADIENTS, inputs: [gradient] }, view);
      const result = 'g[i] - Math.exp(y[i]) * sum[row]';
      const kernel = perElement('logSoftmaxBackward', 'g, y, sum', view, result);
      const x = device.compute(kernel, [gradient, y, sum], y.shape);
      device.freeAll(sum);
      return x.buffer;
    },

    crossEntropy(logits, targets, ignoreIndex) {
      const [largest, total] = statistics(logits);
      const kernel = lossProgram(lastAxis(logits.shape));
      const losses = device.compute(kernel, [logits, targets, largest, total], targets.shape, [ignoreIndex]);
      device.freeAll(largest, total);
      return losses.buffer;
    },

    crossEntropyBackward(gradient, logits, targets, ignoreIndex) {
      const [largest, total] = statistics(logits);
      const kernel = lossBackwardProgram(lastAxis(logits.shape));
      const inputs = [gradient, logits, targets, largest, total];
      const result = device.compute(kernel, inputs, logits.shape, [ignoreIndex]);
      device.freeAll(largest, total);
      return result.buffer;
    },
  };
}

/** What is combined over each row; see reduce.ts. */
const VALUES = { name: 'softmax', parameters: 'x', term: 'x[at]' };
const EXPONENTIALS = { name: 'softmax', parameters: 'x, largest', term: 'Math.exp(x[at] - largest[outer])' };
const PRODUCTS = { name: 'softmaxBackward', parameters: 'g, y', term: 'g[at] * y[at]' };
const GRADIENTS = { name: 'logSoftmaxBackward', parameters: 'g', term: 'g[at]' };

/** The logarithm of the sum less the logit of the target; a target outside the classes costs nothing, as one that is ignored. */
const lossProgram = ([, classes]: View) =>
  program(
    'crossEntropy',
    'logits, targets, largest, total, ignored',
    `  const target = targets[i];
  if (target < 0 || target >= ${classes} || target === ignored) return 0;
  return largest[i] - logits[i * ${classes} + target] + Math.log(total[i]);`,
  );

/** Softmax less 1 at the target, times the gradient of the row; 0 where the target is ignored or no column. */
const lossBackwardProgram = (view: View) =>
  perElement(
    'crossEntropyBackward',
    'gradient, logits, targets, largest, total, ignored',
    view,
    `(Math.exp(logits[i] - largest[row]) / total[row] - (i - row * ${view[1]} === targets[row] ? 1 : 0))
    * (targets[row] === ignored || targets[row] < 0 || targets[row] >= ${view[1]} ? 0 : gradient[row])`,
  );
