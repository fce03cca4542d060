import type { Buffer, FusedKernels, Operand } from '../../backend.js';
import type { Device } from './device.js';
import { program } from './program.js';
import { lastAxis, perElement, perRow, type View, viewOf } from './rows.js';

type NormalizeKernels = Pick<
  FusedKernels,
  'unit' | 'unitBackward' | 'sphereStep' | 'sphereStepBackward' | 'unitInPlace'
>;

/**
 * The length of a row is largest · root, kept apart since squares of 1e30 overflow: the largest magnitude in it,
 * and the length of the row divided by that. Both are 1 for a row of zeros, which so stays zero.
 */
interface Lengths {
  readonly largest: Operand;
  readonly root: Operand;
}

export function normalizeKernels(device: Device): NormalizeKernels {
  function lengthsOf(x: Operand, view: View): Lengths {
    const rows = [view[0] * view[2]];
    const largest = device.compute(largestProgram(view), [x], rows);
    return { largest, root: device.compute(rootProgram(view), [x, largest], rows) };
  }

  function unitAlong(x: Operand, view: View): Buffer {
    if (x.buffer.length === 0) return device.share(x);
    const { largest, root } = lengthsOf(x, view);
    const y = device.compute(unitProgram(view), [x, largest, root], x.shape);
    device.freeAll(largest, root);
    return y.buffer;
  }

  function unitBackward(gradient: Operand, x: Operand): Buffer {
    if (x.buffer.length === 0) return device.share(x);
    const view = lastAxis(x.shape);
    const { largest, root } = lengthsOf(x, view);
    const along = device.compute(alongProgram(view), [gradient, x, largest, root], largest.shape);
    const result = device.compute(tangentProgram(view), [gradient, x, largest, root, along], x.shape);
    device.freeAll(largest, root, along);
    return result.buffer;
  }

  /** h + |alpha| ⊙ (target − h) */
  function mix(h: Operand, target: Operand, alpha: Operand): Operand {
    return device.compute(mixProgram(alpha.shape[0]), [h, target, alpha], h.shape);
  }

  return {
    unit: (x) => unitAlong(x, lastAxis(x.shape)),

    unitBackward,

    unitInPlace(x, axis) {
      const y = unitAlong(x, viewOf(x.shape, axis));
      device.assign(x.buffer, y);
      device.free(y);
    },

    sphereStep(h, target, alpha) {
      const mixed = mix(h, target, alpha);
      const y = unitAlong(mixed, lastAxis(h.shape));
      device.freeAll(mixed);
      return y;
    },

    sphereStepBackward(gradient, h, target, alpha) {
      const size = alpha.shape[0];
      const mixed = mix(h, target, alpha);
      const inner = { buffer: unitBackward(gradient, mixed), shape: h.shape, dtype: h.dtype };
      const gradientH = device.compute(keptProgram(size), [inner, alpha], h.shape);
      const gradientTarget = device.compute(takenProgram(size), [inner, alpha], h.shape);
      const rows = viewOf(h.shape, 0, h.shape.length - 2);
      const gradientAlpha = device.compute(
        alphaProgram([1, rows[1], size]),
        [inner, h, target, alpha],
        alpha.shape,
      );
      device.freeAll(mixed, inner);
      return [gradientH.buffer, gradientTarget.buffer, gradientAlpha.buffer];
    },
  };
}

const largestProgram = (view: View) =>
  perRow('unit', 'x', view, {
    start: 'let largest = 0;',
    each: 'largest = Math.max(largest, Math.abs(x[at]));',
    result: 'largest === 0 ? 1 : largest',
  });

const rootProgram = (view: View) =>
  perRow('unit', 'x, largest', view, {
    start: 'let total = 0;',
    each: 'const v = x[at] / largest[i];\n    total += v * v;',
    result: 'total === 0 ? 1 : Math.sqrt(total)',
  });

const unitProgram = (view: View) =>
  perElement('unit', 'x, largest, root', view, 'x[i] / largest[row] / root[row]');

/** ⟨gradient, unit(x)⟩ of each row: what of the gradient points along x, where the sphere has no room. */
const alongProgram = (view: View) =>
  perRow('unitBackward', 'gradient, x, largest, root', view, {
    start: 'let total = 0;',
    each: 'total += gradient[at] * (x[at] / largest[i]);',
    result: 'total / root[i]',
  });

const tangentProgram = (view: View) =>
  perElement(
    'unitBackward',
    'gradient, x, largest, root, along',
    view,
    '(gradient[i] - along[row] * (x[i] / largest[row] / root[row])) / largest[row] / root[row]',
  );

/** A program over [..., size] where `a` is |alpha| of the column. */
function withAlpha(name: string, parameters: string, size: number, result: string) {
  const column = `  const a = Math.abs(alpha[i - quotient(i, ${size}) * ${size}]);`;
  return program(name, parameters, `${column}\n  return ${result};`);
}

const mixProgram = (size: number) =>
  withAlpha('sphereStep', 'h, target, alpha', size, 'h[i] + a * (target[i] - h[i])');

const keptProgram = (size: number) =>
  withAlpha('sphereStepBackward', 'gradient, alpha', size, 'gradient[i] - a * gradient[i]');

const takenProgram = (size: number) =>
  withAlpha('sphereStepBackward', 'gradient, alpha', size, 'a * gradient[i]');

/** Σ over the rows of gradient ⊙ (target − h), with the sign that |alpha| has. */
const alphaProgram = (view: View) =>
  perRow('sphereStepBackward', 'gradient, h, target, alpha', view, {
    start: 'let total = 0;',
    each: 'total += gradient[at] * (target[at] - h[at]);',
    result: 'total * Math.sign(alpha[i])',
  });
