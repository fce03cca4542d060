/** Runs the checks of an exercise in a process of its own, which ends when it takes too long. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CheckResult, Problem } from '../run-checks.js';
import type { Message } from './child.js';
import { ROOT, short } from './files.js';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
/** To start Node and to load the engine, on a busy machine. */
const START_SECONDS = 60;

/** What became of an exercise. */
export interface Outcome {
  /** As many as there are checks. */
  readonly results: readonly CheckResult[];
  /** Why not all checks ran: the file cannot be loaded, or something did not end. */
  readonly stopped: string | null;
}

/** `limit` is the time that each check may take, in seconds. */
export function runApart(check: string, exercise: string, limit: number): Promise<Outcome> {
  const child = fork(CHILD, [check, exercise], { cwd: ROOT, execArgv: ['--import', 'tsx'] });
  const results: CheckResult[] = [];
  let names: readonly string[] = [];
  let stopped: string | null = null;
  let doing = 'the start of the checks';
  let timer: NodeJS.Timeout;
  const within = (seconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stopped = `${doing} did not end within ${seconds} s; is there a loop that never ends?`;
      child.kill('SIGKILL');
    }, seconds * 1000);
  };
  const next = () => {
    doing = `the check '${names[results.length]}'`;
    within(limit);
  };
  within(START_SECONDS);
  child.on('message', (message: Message) => {
    if (message.kind === 'checks') {
      names = message.names;
      doing = `loading ${short(exercise)}`;
      within(limit);
    } else if (message.kind === 'unreadable') stopped = describeUnreadable(message.problem, exercise);
    else {
      if (message.kind === 'result') results.push(message.result);
      next();
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (stopped === null && (names.length === 0 || results.length < names.length)) {
        stopped = `${doing} ended the process (exit code ${code})`;
      }
      const missing = names.slice(results.length).map((name) => ({ name, problem: notRun(stopped ?? '') }));
      resolve({ results: [...results, ...missing], stopped });
    });
  });
}

function notRun(message: string): Problem {
  return { kind: 'error', message, stack: '' };
}

/** In one line: tsx says in several where it stopped reading. */
function describeUnreadable({ message, stack }: Problem, exercise: string): string {
  const [, place, what] = message.match(/^(.+?:\d+:\d+): ERROR: (.*)$/m) ?? [];
  if (what !== undefined) return `${short(place)}: ${what}`;
  const line = message.replace(/\s*\n\s*/g, ' ').trim();
  return `${lineIn(exercise, stack) ?? short(exercise)} cannot be loaded: ${line}`;
}

/** The innermost place in the reader's file that a stack names, `learn/mine/03-backward.ts:12`; null where it names none. */
export function lineIn(file: string, stack: string): string | null {
  const at = stack.split('\n').find((line) => line.includes(file));
  const [, line] = at?.slice(at.indexOf(file) + file.length).match(/^:(\d+)/) ?? [];
  return line === undefined ? null : `${short(file)}:${line}`;
}
