import type { FusedKernels, Operand } from '../../backend.js';
import type { Device } from './device.js';
import { lastAxis, perElement, perRow, type View } from './rows.js';

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
    const largest = device.compute(largestProgram(view), [x], [view[0]]);
    return [largest, device.compute(totalProgram(view), [x, largest], [view[0]])];
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
      const common = device.compute(dotProgram(view), [gradient, y], [view[0]]);
      const inputs = [gradient, y, common];
      const kernel = perElement('softmaxBackward', 'g, y, common', view, 'y[i] * (g[i] - common[row])');
      const result = device.compute(kernel, inputs, y.shape);
      device.freeAll(common);
      return result.buffer;
    },

    logSoftmaxBackward(gradient, y) {
      if (y.buffer.length === 0) return device.share(y);
      const view = lastAxis(y.shape);
      const sum = device.compute(sumProgram(view), [gradient], [view[0]]);
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

const largestProgram = (view: View) =>
  perRow(
    'softmax',
    'x',
    view,
    [{ start: 'let largest = x[first];', each: 'largest = Math.max(largest, x[at]);' }],
    'largest',
  );

const totalProgram = (view: View) =>
  perRow(
    'softmax',
    'x, largest',
    view,
    [{ start: 'let total = 0;', each: 'total += Math.exp(x[at] - largest[i]);' }],
    'total',
  );

const dotProgram = (view: View) =>
  perRow(
    'softmaxBackward',
    'g, y',
    view,
    [{ start: 'let total = 0;', each: 'total += g[at] * y[at];' }],
    'total',
  );

const sumProgram = (view: View) =>
  perRow('logSoftmaxBackward', 'g', view, [{ start: 'let total = 0;', each: 'total += g[at];' }], 'total');

/** The logarithm of the sum less the logit of the target; a target outside the classes costs nothing, as one that is ignored. */
const lossProgram = (view: View) =>
  perRow(
    'crossEntropy',
    'logits, targets, largest, total, ignored',
    view,
    [
      {
        start: 'let loss = 0;',
        each: `if (k === targets[i] && k !== ignored) {
      loss = largest[i] - logits[at] + Math.log(total[i]);
    }`,
      },
    ],
    'loss',
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
