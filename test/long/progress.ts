/** Lines that show how far a long test is, as it goes. */
export function progress(line: string): void {
  process.stdout.write(`  ${line}\n`);
}

/** The seed of a test that draws its own random numbers, from LONG_SEED if that is set; printed, to run it again. */
export function announcedSeed(): number {
  const given = process.env.LONG_SEED;
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  progress(`seed ${seed}; LONG_SEED=${seed} draws the same again`);
  return seed;
}
