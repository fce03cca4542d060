import { spawnSync } from 'node:child_process';

/** The first Python that has torch: `PYTHON` alone where it is set, for whoever has more than one. */
export function findPython(): string | null {
  const { PYTHON } = process.env;
  const candidates = PYTHON === undefined ? ['python3', '/usr/bin/python3', 'python'] : [PYTHON];
  const hasTorch = (command: string) => spawnSync(command, ['-c', 'import torch, numpy']).status === 0;
  return candidates.find(hasTorch) ?? null;
}
