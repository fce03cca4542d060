import type { Port } from '../../../web/training/client.js';
import type { Command, Facts, Message } from '../../../web/training/protocol.js';

/** Stands for a worker: it keeps what it is told, and says what a test wants it to. */
export class FakePort implements Port {
  onmessage: Port['onmessage'] = null;
  onerror: Port['onerror'] = null;
  readonly commands: Command[] = [];
  isEnded = false;

  postMessage(command: Command): void {
    this.commands.push(structuredClone(command));
  }

  terminate(): void {
    this.isEnded = true;
  }

  say(message: Message): void {
    this.onmessage?.({ data: structuredClone(message) });
  }

  /** What it was told last. */
  get last(): Command | undefined {
    return this.commands.at(-1);
  }
}

/** What a worker says of a model that it opened. */
export const FACTS = { parameters: 1, backend: 'wasm', mode: 'simd' } as Facts;

/** Steps that were made. */
export const steps = (...numbers: number[]): Message => ({
  told: 'steps',
  points: numbers.map((step) => ({ step, loss: 2, seconds: step })),
});
