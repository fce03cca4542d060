/**
 * The options of the four learnable scales (paper 2.5, tables 4 and 5): how each is learned, and where it starts.
 * Explained in docs/learn/10-ngpt.md and docs/learn/11-training.md.
 */
import { requirePositive } from '../../tensor/checks/values.js';
import { type Basis, type Only, type Option, type Options, oneOf } from './option.js';

/**
 * `vector`: learned, a number for each dimension. `scalar`: learned, one number for all of them; for s_u and s_v one each.
 * `fixed`: not learned.
 */
export type ScaleForm = 'vector' | 'scalar' | 'fixed';

/** Each has a form, the value that it acts with at first, and what is stored for that: the smaller, the faster it learns. */
export interface ScaleConfig {
  /** The eigen learning rates α. */
  readonly alpha: ScaleForm;
  /** Of the order of 1/nLayer (paper 2.5). */
  readonly alphaInit: number;
  readonly alphaScale: number;
  /** s_qk, of queries and keys. */
  readonly sqk: ScaleForm;
  readonly sqkInit: number;
  readonly sqkScale: number;
  /** s_u and s_v, of the MLP. */
  readonly suv: ScaleForm;
  readonly suvInit: number;
  readonly suvScale: number;
  /** s_z, of the logits. */
  readonly sz: ScaleForm;
  readonly szInit: number;
  readonly szScale: number;
}

/** Why gpt has none of the options of α. */
export const NO_ALPHA = 'gpt has no eigen learning rates';
const NO_SCALES = 'gpt has no scales';

export const SCALE_OPTIONS: Options<ScaleConfig> = {
  alpha: form('the eigen learning rates', NO_ALPHA),
  alphaInit: {
    ...positive(0.05, NO_ALPHA),
    help: 'first eigen learning rate, of the order of 1/n-layer',
  },
  alphaScale: stored('the eigen learning rates', rootOfEmbedding, NO_ALPHA),
  sqk: form('s_qk of queries and keys'),
  sqkInit: first('s_qk'),
  sqkScale: stored('s_qk', rootOfEmbedding),
  suv: form('s_u and s_v of the MLP'),
  suvInit: first('s_u and s_v'),
  suvScale: stored('s_u and s_v', 1),
  sz: form('s_z of the logits'),
  szInit: first('s_z'),
  szScale: stored('s_z', rootOfEmbedding),
};

type Default = NonNullable<Option<number>['default']>;

function form(what: string, reason = NO_SCALES): Option<ScaleForm> {
  return {
    ...oneOf('vector', 'scalar', 'fixed'),
    value: '<form>',
    default: 'vector',
    help: `${what}: learned for each dimension, as one number, or not at all`,
    only: onlyNgpt(reason),
  };
}

function first(what: string): Option<number> {
  return { ...positive(1), help: `first value of ${what}` };
}

function stored(what: string, value: Default, reason = NO_SCALES): Option<number> {
  return {
    ...positive(value, reason),
    help: `what is stored for ${what} at first: the smaller, the faster learned`,
  };
}

function positive(value: Default, reason = NO_SCALES): Omit<Option<number>, 'help'> {
  return { check: requirePositive, value: '<value>', default: value, only: onlyNgpt(reason) };
}

function rootOfEmbedding({ nEmbd }: Basis): number {
  return 1 / Math.sqrt(nEmbd);
}

function onlyNgpt<T>(reason: string): Only<T> {
  return { arch: 'ngpt', reason };
}
