/** An entry for every export of the library's main door. */
import type * as door from '../../../../src/index.js';
import type { Table } from '../spec.js';
import { AUTOGRAD } from './autograd.js';
import { INITIALISERS, LAYERS } from './layers.js';
import { LEARNING } from './learning.js';
import { NGPT_PARTS } from './ngpt.js';
import { TENSOR } from './tensor.js';

export const MAIN = {
  ...TENSOR,
  ...AUTOGRAD,
  ...LAYERS,
  ...LEARNING,
  ...NGPT_PARTS,
  initialise: { inside: INITIALISERS },
} satisfies Table<typeof door>;
