import { Adam, type AdamOptions, type Parameter, type ParameterList } from '../nn/index.js';
import { unitInPlace } from '../tensor/index.js';

/**
 * The optimizer of nGPT (paper 2.6): Adam, and after every step all matrices are made unit again along their
 * embedding dimension. Weight decay has no place here, because lengths are given; neither has warm-up.
 */
export class NormalizedAdam extends Adam {
  constructor(parameters: ParameterList, options: Omit<AdamOptions, 'weightDecay'>) {
    super(parameters, { ...options, weightDecay: 0 });
  }

  protected override afterUpdate(parameter: Parameter): void {
    normalizeParameter(parameter);
  }
}

/** Makes every vector of a matrix unit; scales, which lie on no sphere, stay as they are. */
export function normalizeParameter(parameter: Parameter): void {
  if (parameter.unitAxis !== null) unitInPlace(parameter, parameter.unitAxis);
}
