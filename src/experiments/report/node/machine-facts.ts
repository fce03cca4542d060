import type { BackendName } from '../../../tensor/index.js';
import { thisMachine } from '../../runs/node/machine.js';
import type { Report } from '../page/page.js';

/** This computer, and now. */
export function machineFacts(backend: BackendName): Report['facts'] {
  const { cpu, cores, node } = thisMachine(backend, 1);
  return [
    ['report written', new Date().toISOString()],
    ['processor', cpu],
    ['cores', String(cores)],
    ['Node', node],
  ];
}
