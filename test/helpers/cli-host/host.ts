import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Result } from '../cli.js';

interface Ended {
  readonly code: number;
  readonly said: readonly [stdout: string, stderr: string];
}

/** A process that runs one command after another. */
export class CliHost {
  private child: ChildProcess | null = null;
  private last: Promise<unknown> = Promise.resolve();

  /** `dist` is the folder of the build. */
  constructor(private readonly dist: string) {}

  run(words: readonly string[], folder: string): Promise<Result> {
    const result = this.last.then(() => this.send(words, folder));
    this.last = result.catch(() => {});
    return result;
  }

  private async send(words: readonly string[], folder: string): Promise<Result> {
    this.child ??= await this.start();
    this.child.send({ words, folder });
    const { code, said } = await this.answer<Ended>(this.child);
    return { code, signal: null, stdout: said[0], stderr: said[1] };
  }

  private async start(): Promise<ChildProcess> {
    const child = fork(fileURLToPath(new URL('host.mjs', import.meta.url)), [this.dist], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    });
    await this.answer(child);
    // It ends with this process, and keeps it from ending no longer than a command runs.
    child.unref();
    return child;
  }

  /** What the process says next. @throws Error when it ends instead, after which another takes its place. */
  private answer<Message>(child: ChildProcess): Promise<Message> {
    child.channel?.ref();
    return new Promise<Message>((resolve, reject) => {
      const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
        this.child = null;
        reject(new Error(`the process of commands ended, with ${signal ?? `code ${code}`}`));
      };
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.off('exit', onExit);
        child.channel?.unref();
        resolve(message as Message);
      });
    });
  }
}
