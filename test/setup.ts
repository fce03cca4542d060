import { setImmediate } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import fc from 'fast-check';

// As `allowFastSimd` does, but that `auto` stays what it is everywhere. Node 20 keeps relaxed SIMD behind a flag that later
// versions do not know.
const node = Number.parseInt(process.versions.node, 10);
if (node < 22) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
if (node >= 24) v8.setFlagsFromString('--experimental-wasm-revectorize');

// Every failing property prints its seed and path; FC_SEED replays it, FC_RUNS makes a longer search.
const seed = process.env.FC_SEED;
const runs = process.env.FC_RUNS;
fc.configureGlobal({
  verbose: fc.VerbosityLevel.Verbose,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
});

// What the file before left behind would otherwise be freed in the middle of a test that counts live buffers. Its finalizers run in
// a turn of their own.
v8.setFlagsFromString('--expose-gc');
const gc: () => void = vm.runInNewContext('gc');
gc();
await setImmediate();
