/** What the runs of `bench:threads` say. */

/** Milliseconds a step. */
export interface Round {
  readonly alone: number;
  /** Of runs on one thread each, side by side. */
  readonly apart: readonly number[];
  /** Of one thread with the largest share of the batch that a thread of several has. */
  readonly share: number;
  /** Of one run on as many threads. */
  readonly together: number;
}

/** Ratios are within a round, and then the median is taken. */
export function reportOf(rounds: readonly Round[], threads: number): string[] {
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  // All of them together make a step in that time.
  const perStep = ({ apart }: Round) => 1 / apart.reduce((rate, ms) => rate + 1 / ms, 0);
  const line = (what: string, of: (round: Round) => number) =>
    `${what.padEnd(44)}${middle(of).toFixed(1).padStart(8)} ms a step${middle(
      ({ alone, ...rest }) => alone / of({ alone, ...rest }),
    )
      .toFixed(2)
      .padStart(8)}×`;
  const reached = middle((round) => perStep(round) / round.together);
  return [
    line('one thread', ({ alone }) => alone),
    line(`${threads} processes that share nothing, together`, perStep),
    line(`one thread on a thread's share of the batch`, ({ share }) => share),
    line(`${threads} threads on one batch`, ({ together }) => together),
    'The share alone is the least that threads can take: what a step costs however small its batch, each of them pays.',
    `The threads reach ${(100 * reached).toFixed(0)} % of what the cores of this machine can do at once.`,
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
