import { BackendError } from '../../../errors.js';
import type { Value } from './block.js';
import type { Health } from './health.js';
import type { GpuMode } from './modes.js';

/**
 * What the device was asked for: which of it is not under way yet, and what failed, at once or later.
 * Explained in docs/learn/13-threads-and-gpu.md.
 */
export class Orders {
  private readonly waiting = new Set<Promise<unknown>>();
  /** The first failure that came later, until somebody hears of it. */
  private failed: unknown = null;

  constructor(
    private readonly mode: GpuMode,
    private readonly health: Health,
  ) {}

  /** What `f` gives; where it fails, at once or later, `what` says at what. */
  attempt(what: () => string, f: () => Value | Promise<Value>): Value | Promise<Value> {
    const fail = (error: unknown): never => {
      throw this.failure(what(), error);
    };
    try {
      const result = f();
      return result instanceof Promise ? this.tracked(result.catch(fail)) : result;
    } catch (error) {
      return fail(error);
    }
  }

  /** Resolves when the device has been given everything. @throws BackendError for what failed on the way. */
  async settled(): Promise<void> {
    while (this.waiting.size > 0) await Promise.allSettled(this.waiting);
    const { failed } = this;
    this.failed = null;
    if (failed !== null) throw failed;
    this.health.check();
  }

  /** Forgets a failure, which was told, or came of something that no longer matters. */
  forgive(): void {
    this.failed = null;
  }

  /** What to throw for `error`: on a device that is lost, that; one of ours already says enough. */
  failure(what: string, error: unknown): BackendError {
    const trouble = this.health.error();
    if (trouble !== null) return trouble;
    if (error instanceof BackendError && error.message.startsWith('gpu:')) return error;
    return new BackendError(`gpu: ${this.mode} ${what}: ${reasonOf(error)}`, { cause: error });
  }

  private tracked(result: Promise<Value>): Promise<Value> {
    this.waiting.add(result);
    result.then(
      () => this.waiting.delete(result),
      (error) => {
        this.waiting.delete(result);
        this.failed ??= error;
      },
    );
    return result;
  }
}

/** The first lines of what went wrong; after them compilers print the whole shader. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first, second = ''] = text.split('\n');
  return first.endsWith(':') ? `${first} ${second.trim()}` : first;
}
