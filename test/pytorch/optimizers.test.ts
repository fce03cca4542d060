import { describe, expect, it } from 'vitest';
import { Adam, AdamW, Parameter, RMSProp, SGD } from '../../src/nn/index.js';
import { tensor, withBackend } from '../../src/tensor/index.js';
import { backends } from '../helpers/kernels/backends.js';
import { setGradient } from '../helpers/models/parameters.js';
import { expectClose } from '../helpers/values/close.js';
import { relative } from '../helpers/values/tolerance.js';
import { runs } from './cases.js';

const OPTIMIZERS = { SGD, Adam, AdamW, RMSProp };

describe.each(backends)('on %s', (_, backend) => {
  const tolerance = relative(backend.floatType === 'float64' ? 1e-11 : 2e-5);

  it.each(Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[])('%s goes the way of PyTorch', (name) => {
    const some = runs.filter(({ optimizer }) => optimizer === name);
    expect(some.length).toBeGreaterThan(1);
    withBackend(backend, () => {
      for (const { settings, shapes, starts, steps } of some) {
        const parameters = starts.map((values, i) => Parameter.from(() => tensor(values, shapes[i])));
        const optimizer = new OPTIMIZERS[name](parameters, settings);
        for (const [step, { gradients, parameters: wanted }] of steps.entries()) {
          for (const [i, parameter] of parameters.entries()) setGradient(parameter, gradients[i]);
          optimizer.step();
          for (const [i, parameter] of parameters.entries()) {
            expectClose(
              parameter.dataSync(),
              wanted[i],
              tolerance,
              `${JSON.stringify(settings)}, step ${step}`,
            );
          }
        }
      }
    });
  });
});
