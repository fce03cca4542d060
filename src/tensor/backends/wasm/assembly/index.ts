// Every kernel the host calls. Addresses are byte addresses in linear memory; the host allocates.

/** The first byte that the module's own data leaves free. */
export function heapBase(): usize {
  return __heap_base;
}

export { matmul } from './matmul';
