/** Where WebAssembly's memory goes in a loop that repeats its sizes: `npx tsx learn/12-kernels/memory.ts`. */
import { WasmMemory } from '../../src/tensor/backends/wasm/runtime/memory.js';

const memory = new WasmMemory();
const SIZES = [1000, 200, 1000, 50_000];

for (let round = 1; round <= 3; round++) {
  const buffers = SIZES.map((length) => memory.allocate('float32', length));
  console.log(`round ${round}: blocks at ${buffers.map(({ address }) => address).join(', ')}`);
  for (const buffer of buffers) memory.release(buffer);
}
const other = memory.allocate('float32', 1010);
console.log(`1,010 floats take the block of 1,000 at ${other.address}; 1,100 a new one at ${at(1100)}`);
console.log(`${memory.reservedBytes / 2 ** 20} MiB taken from the system`);

function at(length: number): number {
  return memory.allocate('float32', length).address;
}
