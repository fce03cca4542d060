/** The page's end of a worker: questions as promises, everything else as messages. */
import { NO_WORKER } from './fetched.js';
import type { Command, Message } from './protocol.js';
import type { AnswerTo, QuestionKind, QuestionOf } from './questions.js';

/** A worker, or what stands for one. */
export interface Port {
  postMessage(command: Command): void;
  terminate(): void;
  onmessage: ((event: { readonly data: Message }) => void) | null;
  onerror: ((event: { readonly message?: string; preventDefault?(): void }) => void) | null;
}

/** A question that a worker refused, or that was lost with it. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  piece(text: string): void;
}

export class Client {
  private nextId = 1;
  /** Why it is of no use any more. */
  private closed: string | null = null;
  private readonly waiting = new Map<number, Waiting>();

  /** @param onMessage - gets all that is no answer. @param onDeath - is told when the worker itself failed. */
  constructor(
    private readonly port: Port,
    onMessage: (message: Message) => void,
    onDeath: (message: string) => void,
  ) {
    port.onmessage = ({ data }) => {
      if (!this.take(data)) onMessage(data);
    };
    port.onerror = (event) => {
      event.preventDefault?.();
      onDeath(event.message ?? NO_WORKER);
    };
  }

  send(command: Command): void {
    if (this.closed === null) this.port.postMessage(command);
  }

  /** @throws QuestionError with the worker's reason. */
  ask<K extends QuestionKind>(
    question: QuestionOf<K>,
    piece: (text: string) => void = () => {},
  ): Promise<AnswerTo<K>> {
    // A worker that was ended answers nothing, and whoever waited for it would wait for ever.
    if (this.closed !== null) return Promise.reject(new QuestionError(this.closed));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject, piece });
      this.send({ do: 'ask', id, question: question as never });
    });
  }

  /** Ends the worker; what was asked is refused. */
  close(reason = 'the run was closed'): void {
    this.closed ??= reason;
    this.port.terminate();
    // What was under way when it ended is of no run any more.
    this.port.onmessage = null;
    this.port.onerror = null;
    for (const { reject } of this.waiting.values()) reject(new QuestionError(reason));
    this.waiting.clear();
  }

  /** True for messages that belong to a question. */
  private take(message: Message): boolean {
    if (message.told !== 'answered' && message.told !== 'piece' && message.told !== 'refused') return false;
    const asked = this.waiting.get(message.id);
    if (message.told === 'piece') asked?.piece(message.text);
    else this.waiting.delete(message.id);
    if (message.told === 'answered') asked?.resolve(message.answer);
    if (message.told === 'refused') asked?.reject(new QuestionError(message.message));
    return true;
  }
}
