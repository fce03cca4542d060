/** Who is asked for a sample, and when. */
import type { CaseName } from './protocol.js';
import type { Sample, Series } from './statistics.js';

/** A contender as the rounds see it. */
export interface Player {
  readonly name: string;
  /** Milliseconds of one run. */
  sample(name: CaseName): Promise<number>;
}

/** What takes longer than this, in milliseconds, is asked in `SLOW_ROUNDS` rounds and no more. */
const SLOW_MS = 5000;
const SLOW_ROUNDS = 3;

/**
 * Asks all `players` in turn for one sample of a case, and again in every round, so that all meet the same moods of the
 * machine; each other round goes backwards, so that none always follows the same. A first sample, for caches and
 * compilers, is not counted. Whoever fails is reported to `onFailure` and left out, with all its samples.
 */
export async function playRounds(
  name: CaseName,
  players: readonly Player[],
  rounds: number,
  onFailure: (player: string, error: Error) => void,
): Promise<Series[]> {
  const samples = new Map<Player, Sample[]>(players.map((player) => [player, []]));
  const slow = new Set<Player>();
  for (let round = 0; round <= rounds; round++) {
    const taking = [...samples.keys()].filter((player) => !(slow.has(player) && round > SLOW_ROUNDS));
    if (round % 2 === 1) taking.reverse();
    for (const player of taking) {
      try {
        const ms = await player.sample(name);
        if (ms > SLOW_MS) slow.add(player);
        if (round > 0) samples.get(player)!.push({ round, ms });
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        samples.delete(player);
        onFailure(player.name, error);
      }
    }
  }
  return [...samples].map(([player, taken]) => ({ name, contender: player.name, samples: taken }));
}
