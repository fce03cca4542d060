/** Passes text on until a given text comes; that text and everything after it are dropped. */
export class StopText {
  private held = '';
  private found = false;

  /** `stop` must not be empty. */
  constructor(private readonly stop: string) {}

  get isStopped(): boolean {
    return this.found;
  }

  /** The text that is certain not to belong to the stop text. */
  push(text: string): string {
    if (this.found) return '';
    this.held += text;
    const at = this.held.indexOf(this.stop);
    this.found = at >= 0;
    return this.release(this.found ? at : this.held.length - this.overlap());
  }

  /** What was held back, when no more text comes. */
  end(): string {
    return this.found ? '' : this.release(this.held.length);
  }

  /** How many characters at the end may be the beginning of the stop text. */
  private overlap(): number {
    let length = Math.min(this.stop.length - 1, this.held.length);
    while (length > 0 && !this.stop.startsWith(this.held.slice(-length))) length--;
    return length;
  }

  private release(length: number): string {
    const released = this.held.slice(0, length);
    this.held = this.held.slice(length);
    return released;
  }
}
