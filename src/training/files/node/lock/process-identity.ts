/** Who a process is, so that others can tell from a file whether it still runs. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** One name for every start of the machine; null, here and below, where the system does not tell. */
  readonly boot: string | null;
  /** Where the pid counts: containers have pids of their own. */
  readonly pidNamespace: string | null;
  /** When the process started, in ticks since the boot: a pid alone may belong to another by now. */
  readonly start: string | null;
}

/** `unknown` for a process of another machine or container, which cannot be seen from here. */
export type Life = 'alive' | 'dead' | 'unknown';

export function thisProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: told(() => readlinkSync('/proc/self/ns/pid')),
    start: processStat(process.pid)?.start ?? null,
  };
}

export function lifeOf(other: ProcessIdentity, self: ProcessIdentity = thisProcess()): Life {
  if (other.host !== self.host) return 'unknown';
  if (differ(other.boot, self.boot)) return 'dead';
  if (differ(other.pidNamespace, self.pidNamespace)) return 'unknown';
  if (!isRunning(other.pid)) return 'dead';
  const stat = processStat(other.pid);
  // A zombie has ended; its parent has not asked for its exit code yet.
  if (stat?.state === 'Z' || stat?.state === 'X') return 'dead';
  return differ(other.start, stat?.start ?? null) ? 'dead' : 'alive';
}

function differ(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** State and start of a process, where there is a /proc; see proc(5). */
function processStat(pid: number): { state: string; start: string } | null {
  const text = told(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (text === null) return null;
  // The second field, a name in parentheses, may hold anything; the third is the state, the 22nd the start.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], start: fields[22 - 3] };
}

function told(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
