/** The process of a run, seen from the one that started it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TrainEvent } from '../../../training/loop/events.js';
import type { RunOrder } from './make-run.js';
import type { FromRun, ToRun } from './messages.js';
import type { RunResult } from './run-result.js';

export type RunOutcome =
  | { readonly kind: 'done'; readonly result: RunResult }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

export interface RunChild {
  /** Of its process; 0 for one that could not be started. */
  readonly pid: number;
  readonly outcome: Promise<RunOutcome>;
  /** Asks it to save and end after its step. */
  stop(): void;
}

/** Those that have not ended. */
const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Makes a run in a process of its own: a crash, or memory that is used up, ends that run alone. */
export function startRun(order: RunOrder, tell: (event: TrainEvent) => void): RunChild {
  const script = fileURLToPath(new URL('./run-process.js', import.meta.url));
  const child = fork(script, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced' });
  running.add(child);
  const send = (message: ToRun) => {
    if (child.connected) child.send(message);
  };
  const outcome = new Promise<RunOutcome>((resolve) => {
    let told: RunOutcome | null = null;
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = `${complaint}${text}`.slice(-4000);
    });
    child.on('message', (message: FromRun) => {
      if (message.kind === 'event') tell(message.event);
      else told = message;
    });
    child.on('error', ({ message }) => {
      told ??= { kind: 'failed', message };
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve(told ?? endOf(code, signal, complaint));
    });
  });
  send({ kind: 'make', order });
  return { pid: child.pid ?? 0, outcome, stop: () => send({ kind: 'stop' }) };
}

/** Of a process that said nothing of it itself. */
function endOf(code: number | null, signal: NodeJS.Signals | null, complaint: string): RunOutcome {
  // Of Ctrl-C, before it could listen.
  if (signal !== null && ['SIGINT', 'SIGTERM', 'SIGHUP'].includes(signal)) return { kind: 'stopped' };
  return { kind: 'failed', message: crash(code, signal, complaint) };
}

/** The last thing it said, if it said anything: V8 names what it ran out of. */
function crash(code: number | null, signal: NodeJS.Signals | null, complaint: string): string {
  const how = signal === null ? `its process ended with code ${code}` : `its process was ended by ${signal}`;
  const errors = complaint.split('\n').filter((line) => /error/i.test(line));
  return errors.length === 0 ? how : `${how}: ${errors[errors.length - 1].trim()}`;
}
