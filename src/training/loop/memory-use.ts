/** How many bytes the backend of each thread holds. */
import type { Backend } from '../../tensor/index.js';
import type { MemoryUse } from './events.js';
import type { Team } from './team.js';
import type { TrainingState } from './training-state.js';

/** What each thread holds, this one first. */
export function memoryUse({ model }: TrainingState, team: Team | null): MemoryUse[] {
  return [memoryOf(model.backend), ...(team?.memory().slice(1) ?? [])];
}

export function memoryOf(backend: Backend): MemoryUse {
  const { bytes, reservedBytes } = backend.memory();
  return { usedBytes: bytes, reservedBytes };
}
