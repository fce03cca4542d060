/** Signals that stop a run after its step, or at once. Explained in docs/training.md. */

/** How long after the first signal further ones count as the same keypress. */
const SAME_KEYPRESS_MS = 500;

/** Ctrl-C, what `kill` and service managers send, and the end of the terminal; with the exit codes of their victims. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type StoppingSignal = keyof typeof EXIT_CODES;

const SIGNALS = Object.keys(EXIT_CODES) as StoppingSignal[];

/** Whether a stop is asked for; in any thread. */
export function isRaised(flag: Int32Array): boolean {
  return Atomics.load(flag, 0) !== 0;
}

/** The first signal asks for a stop, a second quits at once. */
export class StopSignal {
  /** On memory that threads share: they look at it between two steps. */
  readonly flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** As of a process that the first signal ended, so that schedulers see a run that is not finished; 0 without one. */
  exitCode = 0;
  private requestedAt = 0;

  /** `announce` is told of the first signal. */
  constructor(private readonly announce: (signal: StoppingSignal) => void) {}

  /** Until then, signals do what they always do. */
  listen(): void {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  /** Asks for a stop as a signal would, without an announcement. */
  request(): void {
    Atomics.store(this.flag, 0, 1);
    this.requestedAt = performance.now();
  }

  close(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }

  private readonly onSignal = (signal: NodeJS.Signals): void => {
    if (!isRaised(this.flag)) {
      this.request();
      this.exitCode = EXIT_CODES[signal as StoppingSignal];
      this.announce(signal as StoppingSignal);
      return;
    }
    // Under `npm start` one keypress arrives several times: from the terminal, and from every npm in between.
    const isAnother = performance.now() - this.requestedAt > SAME_KEYPRESS_MS;
    if (isAnother) process.exit(EXIT_CODES[signal as StoppingSignal]);
  };
}
