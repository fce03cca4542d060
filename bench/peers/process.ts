/** A contender in a process of its own, which lives as long as it takes part. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Contender } from './contenders.js';
import { type CaseName, type Failure, REPLY_DESCRIPTOR, type Replies, type Request } from './protocol.js';

const HERE = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
/** What has not answered after so long, in milliseconds, will not. */
const PATIENCE_MS = 300_000;
/** How much of what a process wrote before it died is kept. */
const LAST_WORDS = 2000;

/** What the processes are started with. */
export interface Programs {
  readonly node: string;
  /** Null where no Python has torch. */
  readonly python: string | null;
  /** The folder with the workload. */
  readonly workload: string;
}

export class ContenderProcess {
  private lastWords = '';
  private answer: ((line: string | null) => void) | null = null;
  private isOver = false;

  private constructor(
    readonly contender: Contender,
    private readonly child: ChildProcess,
  ) {
    child.stderr?.on('data', (text) => {
      this.lastWords = (this.lastWords + String(text)).slice(-LAST_WORDS);
    });
    const end = () => {
      this.isOver = true;
      this.answer?.(null);
    };
    child.once('error', ({ message }) => {
      this.lastWords += message;
      end();
    });
    // Not `exit`: what it wrote last may still be on its way.
    child.once('close', end);
    // One that has died is found out by the next question.
    child.stdin?.on('error', () => {});
    const replies = child.stdio[REPLY_DESCRIPTOR] as Readable;
    createInterface({ input: replies }).on('line', (line) => this.answer?.(line));
  }

  /** @throws Error where there is no program to run it with. */
  static start(contender: Contender, { node, python, workload }: Programs): ContenderProcess {
    const program = resolve(HERE, contender.program);
    const isPython = program.endsWith('.py');
    if (isPython && python === null) {
      throw new Error(
        'found no Python with torch (Debian: apt-get install python3-torch; or PYTHON=/path/to/python3)',
      );
    }
    const [command, args] = isPython ? [python!, [program]] : [node, ['--import', 'tsx', program]];
    const child = spawn(command, [...args, workload, ...contender.args], {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: process.env,
    });
    return new ContenderProcess(contender, child);
  }

  get name(): string {
    return this.contender.name;
  }

  async describe(): Promise<string> {
    return (await this.ask({ ask: 'describe' })).label;
  }

  async check(name: CaseName): Promise<Float32Array> {
    const { values } = await this.ask({ ask: 'check', name });
    const bytes = Uint8Array.from(Buffer.from(values, 'base64'));
    return new Float32Array(bytes.buffer);
  }

  async sample(name: CaseName): Promise<number> {
    return (await this.ask({ ask: 'sample', name })).ms;
  }

  close(): void {
    this.child.kill();
  }

  private async ask<R extends Request>(request: R): Promise<Replies[R['ask']]> {
    const line = await this.reply(JSON.stringify(request));
    if (line === null) throw new Error(this.isOver ? `its process ended: ${this.reason()}` : this.silence());
    const reply = JSON.parse(line) as Replies[R['ask']] | Failure;
    if ('error' in reply) throw new Error(reply.error);
    return reply;
  }

  /** The next line it says, or null if there will be none. */
  private reply(request: string): Promise<string | null> {
    if (this.isOver) return Promise.resolve(null);
    return new Promise((resolve) => {
      const patience = setTimeout(() => this.answer?.(null), PATIENCE_MS);
      this.answer = (line) => {
        clearTimeout(patience);
        this.answer = null;
        resolve(line);
      };
      this.child.stdin?.write(`${request}\n`);
    });
  }

  private silence(): string {
    this.close();
    return `no answer in ${PATIENCE_MS / 1000} s`;
  }

  /** The line of an uncaught error that says what it is. */
  private reason(): string {
    const lines = this.lastWords.trim().split('\n');
    return (
      lines.findLast((line) => /^\w*(Error|Exception)\b/.test(line)) ?? (lines.at(-1) || 'without a word')
    );
  }
}
