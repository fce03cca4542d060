import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '../../../../src/index.js';
import { writeSafetensors } from '../../../../src/training/checkpoint/safetensors.js';
import { readSafetensorsFile, SafetensorsReader } from '../../../../src/training/node/index.js';
import { testFolder } from '../../../helpers/cli.js';
import { assemble, fromTensors } from '../../../helpers/safetensors/parts.js';

const folder = testFolder();
const values = fc.array(fc.float(), { maxLength: 20 }).map((list) => Float32Array.from(list));

describe('an open safetensors file', () => {
  it('gives every tensor as the reader of whole files does, in any order', async () => {
    const path = join(folder.path, 'any.safetensors');
    const contents = fc.array(fc.tuple(fc.string({ minLength: 1 }), values), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(contents, fc.string(), async (list, note) => {
        const named = list.filter(([name]) => name !== '__metadata__');
        const tensors = new Map(
          named.map(([name, data]) => [name, { dtype: 'float32', shape: [data.length], data } as const]),
        );
        await writeFile(path, writeSafetensors(tensors, new Map([['note', note]])));
        const whole = await readSafetensorsFile(path);
        const reader = await SafetensorsReader.open(path);
        expect(reader.metadata).toEqual(whole.metadata);
        expect([...reader.tensors.keys()]).toEqual([...whole.tensors.keys()]);
        for (const name of [...reader.tensors.keys()].reverse()) {
          expect(await reader.read(name)).toEqual(whole.tensors.get(name));
        }
        await reader.close();
      }),
      { numRuns: 50 },
    );
  });

  it('may be larger than memory: only what is asked for is read', async () => {
    const path = join(folder.path, 'large.safetensors');
    const large = 40e9;
    const header = JSON.stringify({
      large: { dtype: 'F32', shape: [large / 4], data_offsets: [0, large] },
      small: { dtype: 'F32', shape: [3], data_offsets: [large, large + 12] },
    });
    const prefix = Buffer.alloc(8);
    const text = header.padEnd(8 * Math.ceil(header.length / 8));
    prefix.writeBigUInt64LE(BigInt(text.length));
    // A hole in the file takes no room on the disk.
    const file = await open(path, 'w');
    await file.write(Buffer.concat([prefix, Buffer.from(text)]), 0, undefined, 0);
    await file.write(Buffer.from(Float32Array.of(1, 2, 3).buffer), 0, 12, 8 + text.length + large);
    await file.close();

    const before = process.memoryUsage().rss;
    const reader = await SafetensorsReader.open(path);
    expect(reader.tensors.get('large')).toMatchObject({ dtype: 'F32', shape: [large / 4] });
    expect(await reader.read('small')).toEqual({
      dtype: 'float32',
      shape: [3],
      data: Float32Array.of(1, 2, 3),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    await expect(reader.read('large')).rejects.toThrow(CheckpointError);
    await reader.close();
  });

  it('gives the others where one is more than a tensor can hold, and the bytes of that one', async () => {
    const path = join(folder.path, 'mixed.safetensors');
    const ids = BigInt64Array.of(1n, 2n ** 40n);
    const raw = [
      { name: 'ids', dtype: 'I64', shape: [2], bytes: new Uint8Array(ids.buffer) },
      { name: 'mask', dtype: 'BOOL', shape: [3], bytes: Uint8Array.of(1, 0, 1) },
      { name: 'w', dtype: 'F32', shape: [1], bytes: new Uint8Array(Float32Array.of(7).buffer) },
    ];
    await writeFile(path, assemble(fromTensors({}, raw)));
    const reader = await SafetensorsReader.open(path);
    expect([...reader.tensors.values()].map(({ dtype }) => dtype)).toEqual(['I64', 'BOOL', 'F32']);
    expect((await reader.read('w')).data).toEqual(Float32Array.of(7));
    expect((await reader.read('mask')).data).toEqual(Int32Array.of(1, 0, 1));
    await expect(reader.read('ids')).rejects.toThrow(CheckpointError);
    await expect(reader.read('ids')).rejects.toThrow(/'ids' of dtype I64 .* 1099511627776, beyond int32$/);
    expect(new BigInt64Array((await reader.bytes('ids')).buffer)).toEqual(ids);
    await expect(reader.bytes('none')).rejects.toThrow(/there is no tensor none/);
    await reader.close();
  });

  it('says which tensor it has not got, and closes what it cannot read', async () => {
    const path = join(folder.path, 'none.safetensors');
    await writeFile(path, writeSafetensors(new Map()));
    const reader = await SafetensorsReader.open(path);
    await expect(reader.read('wte')).rejects.toThrow(/there is no tensor wte/);
    await reader.close();
    await writeFile(path, 'nonsense');
    await expect(SafetensorsReader.open(path)).rejects.toThrow(CheckpointError);
    await expect(SafetensorsReader.open(join(folder.path, 'missing'))).rejects.toThrow(/no such file/);
  });
});
