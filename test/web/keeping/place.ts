import type { Place } from '../../../web/keeping/shelf.js';

/** Storage that takes its time, and fails when told to. */
export class FakePlace implements Place {
  readonly values = new Map<string, unknown>();
  isFull = false;
  error: Error | null = null;

  async read<T>(name: string): Promise<T | undefined> {
    await this.turn();
    return structuredClone(this.values.get(name)) as T | undefined;
  }

  async write(name: string, value: unknown): Promise<boolean> {
    const copy = structuredClone(value);
    await this.turn();
    if (this.isFull) return false;
    this.values.set(name, copy);
    return true;
  }

  async remove(name: string): Promise<void> {
    await this.turn();
    this.values.delete(name);
  }

  private async turn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    if (this.error !== null) throw this.error;
  }
}
