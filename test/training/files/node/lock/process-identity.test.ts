import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { lifeOf, thisProcess } from '../../../../../src/training/files/node/lock/process-identity.js';

const self = thisProcess();
/** The boot, the start and the namespace of a process are told by Linux only. */
const onLinux = it.skipIf(!existsSync('/proc/self/stat'));

describe('lifeOf', () => {
  it('sees this process, and another user’s, alive', () => {
    expect(lifeOf(self)).toBe('alive');
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
    });
    try {
      expect(lifeOf(self)).toBe('alive');
    } finally {
      kill.mockRestore();
    }
  });

  it('sees an ended one dead', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(lifeOf({ ...self, pid, start: null })).toBe('dead');
  });

  onLinux('takes another process of the same pid for none of it', () => {
    expect(self.start).toMatch(/^\d+$/);
    expect(lifeOf({ ...self, start: `${Number(self.start) - 1}` })).toBe('dead');
  });

  onLinux('takes all processes of an earlier boot for dead', () => {
    expect(lifeOf({ ...self, boot: 'another' })).toBe('dead');
  });

  onLinux('takes one that only waits for its parent to notice for dead', async () => {
    // The shell becomes a sleep, which never asks for the exit code of its child.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 1000']);
    try {
      const pid = Number(await once(parent.stdout, 'data'));
      const state = () => /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
      while (state() !== 'Z') await new Promise((resolve) => setTimeout(resolve, 5));
      expect(lifeOf({ ...self, pid, start: null })).toBe('dead');
    } finally {
      parent.kill();
    }
  });

  it('cannot see those of another machine', () => {
    expect(lifeOf({ ...self, host: 'elsewhere', boot: 'another' })).toBe('unknown');
  });

  onLinux('cannot see those of another container on this one', () => {
    expect(lifeOf({ ...self, pidNamespace: 'pid:[1]' })).toBe('unknown');
  });
});
