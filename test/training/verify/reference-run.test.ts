import { describe, expect, it } from 'vitest';
import { createBackend, DataError, liveBuffers } from '../../../src/tensor/index.js';
import type { SafetensorsFile } from '../../../src/training/checkpoint/safetensors.js';
import { verifyReferenceRun } from '../../../src/training/verify/verify.js';
import { changed, sharedRun } from '../../helpers/models/reference-runs.js';

const wasm = await createBackend('wasm');

function without(file: SafetensorsFile, name: string): SafetensorsFile {
  const [tensors, metadata] = [new Map(file.tensors), new Map(file.metadata)];
  expect(tensors.delete(name) || metadata.delete(name)).toBe(true);
  return { tensors, metadata };
}

describe('a file that is no reference run', () => {
  const run = sharedRun('ngpt-tiny');

  async function refusal(file: SafetensorsFile): Promise<string> {
    const before = liveBuffers();
    const error: unknown = await verifyReferenceRun(file, wasm).catch((reason) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(liveBuffers()).toBe(before);
    return (error as Error).message;
  }

  const metadataNames = [...run.metadata.keys()].filter((name) => name !== 'format');
  const tensorNames = [...run.tensors.keys()].filter((name) => !name.includes('.h.'));

  it('names whatever is missing', async () => {
    for (const name of [
      ...metadataNames,
      ...tensorNames,
      'init/transformer.h.1.sqk',
      'step5/transformer.h.0.suv',
    ]) {
      expect(await refusal(without(run, name))).toContain(name);
    }
    expect(await refusal({ tensors: new Map(), metadata: new Map() })).toContain('the metadata has no');
  });

  it.each([
    ['n_embd', '15', 'nEmbd must be a multiple of nHead'],
    ['n_head', '0', 'nHead must be a whole number of at least 1'],
    ['n_layer', 'two', "n_layer must be a number of at least 0, got 'two'"],
    ['n_layer', '3', 'hidden/2 [2, 12, 16] is missing'],
    ['n_layer', '1', 'init/transformer.h.1.query.weight is no parameter of the model'],
    ['d_mlp', '1e9', 'init/transformer.h.0.c_fc.weight is float32 [128, 16], wanted float [2000000000, 16]'],
    ['n_embd', '1e9', 'init/transformer.wte.weight is float32 [29, 16], wanted float [29, 1000000000]'],
    ['vocab_size', '9', 'batch/x has token'],
    ['block_size', '11', 'batch/x is int32 [20, 2, 12], wanted int32 [20, 2, 11]'],
    ['batch', '0', "batch must be a whole number of at least 1, got '0'"],
    ['architecture', 'llama', 'arch must be ngpt or gpt, got llama'],
    ['architecture', 'gpt', 'is no parameter of the model that the metadata describes'],
    ['rope', 'alibi', 'rope must be rotary, released or none, got alibi'],
    ['lr', '-1', "lr must be a number of at least 0, got '-1'"],
    ['lr', '', "lr must be a number of at least 0, got ''"],
    ['lr', 'Infinity', "lr must be a number of at least 0, got 'Infinity'"],
    ['beta2', '1', "beta2 must be a number of at least 0 and below 1, got '1'"],
    ['weight_decay_matrices', '0.1', 'weight_decay_matrices must be 0 for ngpt'],
    ['lr_schedule', 'cosine', "lr_schedule must be constant, got 'cosine'"],
  ])('refuses %s = %j', async (name, value, message) => {
    expect(await refusal(changed(run, { [name]: value }))).toContain(message);
  });

  it('refuses tensors of another shape or kind', async () => {
    const flat = new Map(run.tensors);
    for (const name of ['init/sz', 'grad/sz', 'step5/sz', 'losses', 'logits', 'hidden/0', 'batch/y']) {
      const { shape, ...rest } = flat.get(name)!;
      const file = { ...run, tensors: new Map(flat).set(name, { ...rest, shape: [...shape, 1] }) };
      expect(await refusal(file)).toContain(`${name} is`);
    }
    const y = flat.get('batch/y')!;
    const floats = { shape: y.shape, dtype: 'float32' as const, data: Float32Array.from(y.data) };
    expect(await refusal({ ...run, tensors: flat.set('batch/y', floats) })).toContain('wanted int32');
  });

  it('refuses tokens outside the vocabulary, and a step beyond the batches', async () => {
    expect(await refusal(changed(run, {}, { 'batch/x': () => -1 }))).toContain('batch/x has token -1');
    expect(await refusal(changed(run, {}, { 'batch/y': () => 29 }))).toContain('batch/y has token 29');
    const late = new Map(run.tensors).set('step21/sz', run.tensors.get('init/sz')!);
    expect(await refusal({ ...run, tensors: late })).toContain('step21/sz is beyond the steps 1 to 20');
  });
});
