import fc from 'fast-check';

// Every failing property prints its seed and path; FC_SEED replays it, FC_RUNS makes a longer search.
const seed = process.env.FC_SEED;
const runs = process.env.FC_RUNS;
fc.configureGlobal({
  verbose: fc.VerbosityLevel.Verbose,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
});
