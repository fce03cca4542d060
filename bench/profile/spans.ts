/** Nested stretches of time, each counted without those inside it. */
export class Spans {
  private readonly own = new Map<string, number>();
  /** Time of the stretches that ended inside the one that runs. */
  private inside = 0;

  /** Runs `f`: its time counts as that of `name`, save for the stretches inside it. */
  time<R>(name: string, f: () => R): R {
    const before = this.inside;
    this.inside = 0;
    const start = performance.now();
    try {
      return f();
    } finally {
      const milliseconds = performance.now() - start;
      this.own.set(name, (this.own.get(name) ?? 0) + milliseconds - this.inside);
      this.inside = before + milliseconds;
    }
  }

  /** A stretch inside the one that runs, timed by somebody else. */
  leaveOut(milliseconds: number): void {
    this.inside += milliseconds;
  }

  /** Forgets everything so far. */
  reset(): void {
    this.own.clear();
  }

  /** Milliseconds by name, the longest first. */
  total(): [name: string, milliseconds: number][] {
    return [...this.own].sort(([, a], [, b]) => b - a);
  }
}
