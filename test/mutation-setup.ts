/** For mutants: always the same draws, so that the same ones survive; and none is made small, for nobody reads it. */
import fc from 'fast-check';

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  seed: Number(process.env.FC_SEED ?? 1),
  endOnFailure: true,
});
