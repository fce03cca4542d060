/** How long after the first Ctrl-C further signals count as the same keypress. */
const SAME_KEYPRESS_MS = 500;

/** The exit code of a program that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/** Ctrl-C: the first asks for a stop, a second quits at once. */
export class StopSignal {
  requested = false;
  private requestedAt = 0;

  constructor(private readonly announce: () => void) {
    process.on('SIGINT', this.onSignal);
  }

  close(): void {
    process.off('SIGINT', this.onSignal);
  }

  private readonly onSignal = (): void => {
    if (!this.requested) {
      this.requested = true;
      this.requestedAt = performance.now();
      this.announce();
      return;
    }
    // Under `npm start` one keypress arrives several times: from the terminal, and from every npm in between.
    if (performance.now() - this.requestedAt > SAME_KEYPRESS_MS) process.exit(INTERRUPTED);
  };
}
