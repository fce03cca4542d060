/** Reads a safetensors file without any framework: all that contenders share of us is the file. */
import { readFileSync } from 'node:fs';

export interface HostArray {
  readonly shape: number[];
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** The arrays of float32 and int32 in a file, by name. */
export function readArrays(path: string): ReadonlyMap<string, HostArray> {
  const bytes = Uint8Array.from(readFileSync(path));
  const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header: Record<string, Entry> = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  return new Map(
    Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [begin, end],
          },
        ]) => {
          const own = bytes.slice(start + begin, start + end).buffer;
          return [name, { shape, data: dtype === 'I32' ? new Int32Array(own) : new Float32Array(own) }];
        },
      ),
  );
}
