import v8 from 'node:v8';
import fc from 'fast-check';

// Node 20 keeps relaxed SIMD behind this flag; later versions have it on and know no such flag.
if (Number.parseInt(process.versions.node, 10) < 22) {
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
}

// Every failing property prints its seed and path; FC_SEED replays it, FC_RUNS makes a longer search.
const seed = process.env.FC_SEED;
const runs = process.env.FC_RUNS;
fc.configureGlobal({
  verbose: fc.VerbosityLevel.Verbose,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
});
