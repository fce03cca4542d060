/** Setups for fast-check to draw and shrink: every entry with values of its control, and others that it admits. */
import fc from 'fast-check';
import { MODES } from '../../../web/setup/check.js';
import type { Control } from '../../../web/setup/option.js';
import { SETUP_NAMES, SETUP_OPTIONS } from '../../../web/setup/options.js';
import type { Setup } from '../../../web/setup/setup.js';

const CONTROLS: {
  readonly [K in Control['kind']]: (control: Extract<Control, { kind: K }>) => fc.Arbitrary<unknown>;
} = {
  number: ({ usual }) => fc.constantFrom(...usual),
  switch: () => fc.boolean(),
  choice: ({ choices }) => fc.constantFrom(...Object.keys(choices)),
  none: () => fc.constant(null),
};

const ownText = fc.record({ length: fc.integer({ min: 1 }), crc: fc.integer({ min: 0, max: 2 ** 32 - 1 }) });
/** Rates and the like, exact to the last bit. */
const anyRate = fc.double({ min: 1e-9, max: 10, noNaN: true });

function chosen(name: keyof Setup): fc.Arbitrary<unknown> {
  const control = SETUP_OPTIONS[name].control as Control;
  return (CONTROLS[control.kind] as (control: Control) => fc.Arbitrary<unknown>)(control);
}

/** Valid ones. */
export const setups: fc.Arbitrary<Setup> = fc
  .record(Object.fromEntries(SETUP_NAMES.map((name) => [name, chosen(name)])))
  .chain((drawn) => {
    const setup = drawn as unknown as Setup;
    return fc
      .record({
        ownText: setup.data === 'own' ? ownText : fc.constant(null),
        mode: fc.constantFrom(...MODES[setup.backend]),
        seed: fc.maxSafeNat(),
        steps: fc.integer({ min: 1, max: 1_000_000 }),
        nEmbd: fc
          .integer({ min: 1, max: 24 })
          .map((part) => (setup.rope === 'none' ? 1 : 2) * part * setup.nHead),
        blockSize: fc.integer({ min: 1, max: 300 }),
        ...{ ngptRate: anyRate, gptRate: fc.oneof(anyRate, fc.constant(0)), alphaInit: anyRate },
      })
      .map((fitting) => ({ ...setup, ...fitting }));
  });
