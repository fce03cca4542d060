import type { GpuBackend } from '../../../src/tensor/backends/gpu/index.js';
import { readSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { type VerifyErrors, verifyReferenceRun } from '../../../src/training/verify/verify.js';

/** How far the run in test/fixtures/NAME.safetensors, replayed on the backend, is off. */
export async function replay(backend: GpuBackend, name: string): Promise<VerifyErrors> {
  const response = await fetch(`/fixtures/${name}.safetensors`);
  const file = readSafetensors(new Uint8Array(await response.arrayBuffer()));
  return (await verifyReferenceRun(file, backend)).errors;
}
