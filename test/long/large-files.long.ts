/** Files of 20 MB whose text would become much more in memory, each in a process that has no room for it. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { init } from '../../src/index.js';
import { built, testFolder } from '../helpers/cli.js';
import { tinyCheckpoint } from '../helpers/models/training.js';
import {
  assemble,
  CHECKSUMS,
  disassemble,
  fromTensors,
  metadataOf,
  tensorsOf,
  withHeader,
  withoutChecksums,
} from '../helpers/safetensors/parts.js';
import { progress } from './progress.js';

const SIZE = 20_000_000;
const HEAP_MB = 512;

const folder = testFolder();
let good: Uint8Array;

beforeAll(async () => {
  await init('wasm');
  good = withoutChecksums(await tinyCheckpoint('ngpt'));
});

/** `piece(0),piece(1),…` up to the size. */
function repeated(piece: (i: number) => string, size = SIZE): string {
  const pieces: string[] = [];
  for (let [length, i] = [0, 0]; length < size; i++) {
    pieces.push(piece(i));
    length += pieces[i].length + 1;
  }
  return pieces.join(',');
}

function headed(text: string): Uint8Array {
  return withHeader(new TextEncoder().encode(text), new Uint8Array());
}

/** A checkpoint whose metadata says this instead. */
function saying(key: string, text: string): Uint8Array {
  const file = disassemble(good);
  return assemble(fromTensors({ ...metadataOf(file), [key]: text }, tensorsOf(file)));
}

const key = (i: number) => `"${i.toString(36)}"`;
const empty = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
const cases: [what: string, file: () => Uint8Array][] = [
  ['empty objects', () => headed(`{${repeated((i) => `${key(i)}:{}`)}}`)],
  ['tensors without elements', () => headed(`{${repeated((i) => `${key(i)}:${empty}`)}}`)],
  ['metadata of empty strings', () => headed(`{"__metadata__":{${repeated((i) => `${key(i)}:""`)}}}`)],
  ['metadata of empty objects', () => headed(`{"__metadata__":{${repeated((i) => `${key(i)}:{}`)}}}`)],
  ['metadata of empty arrays', () => headed(`{"__metadata__":{${repeated((i) => `${key(i)}:[]`)}}}`)],
  ['open brackets', () => headed(`{"a":${'['.repeat(SIZE)}`)],
  ['open objects', () => headed('{"a":'.repeat(SIZE / 5))],
  [
    'a shape without end',
    () => headed(`{"a":{"dtype":"F32","shape":[${repeated(() => '1')}],"data_offsets":[0,4]}}`),
  ],
  ['one number', () => headed(`{"a":${'1'.repeat(SIZE)}}`)],
  ['one string of escapes', () => headed(`{"${'\\u0041'.repeat(SIZE / 6)}":1}`)],
  ['blanks', () => headed(`{${' '.repeat(SIZE)}`)],
  ['open brackets in the configuration', () => saying('config', '['.repeat(SIZE / 2))],
  [
    'empty objects in the configuration',
    () => saying('config', `{${repeated((i) => `${key(i)}:{}`, SIZE / 2)}}`),
  ],
  ['empty arrays in the configuration', () => saying('config', `{"a":[${repeated(() => '[]', SIZE / 2)}]}`)],
  ['empty objects in the checksums', () => saying(CHECKSUMS, `{${repeated((i) => `${key(i)}:{}`)}}`)],
  [
    'checksums of no tensors',
    () => saying(CHECKSUMS, `{"header":1,"tensors":{${repeated((i) => `${key(i)}:1`)}}}`),
  ],
  [
    'a header to sum up',
    () =>
      headed(
        `{"__metadata__":{${repeated((i) => `${key(i)}:""`)},"${CHECKSUMS}":"{\\"header\\":1,\\"tensors\\":{}}"}}`,
      ),
  ],
  [
    'a vocabulary without end',
    () => saying('tokenizer', `{"kind":"char","characters":[${repeated(() => '"a"', SIZE / 2)}]}`),
  ],
];

describe('a file of 20 MB', () => {
  it.each(cases)('of %s is refused or read, within 512 MB', (what, file) => {
    const path = join(folder.path, 'large.safetensors');
    writeFileSync(path, file());
    const script = `
      import { readCheckpoint } from ${JSON.stringify(pathToFileURL(built('training/node/index.js')).href)};
      const peak = () => process.resourceUsage().maxRSS / 1024;
      const [before, started] = [peak(), performance.now()];
      const error = await readCheckpoint(${JSON.stringify(path)}).then(() => null, (error) => error);
      const { name = 'none', message = '' } = error ?? {};
      console.log(JSON.stringify({ name, message, megabytes: peak() - before, ms: performance.now() - started }));
    `;
    const options = [`--max-old-space-size=${HEAP_MB}`, '--input-type=module', '--eval', script];
    const { status, stdout, stderr } = spawnSync(process.execPath, options, {
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(status, stderr).toBe(0);
    const { name, message, megabytes, ms } = JSON.parse(stdout);
    progress(
      `${what}: ${ms.toFixed(0)} ms, ${megabytes.toFixed(0)} MB, ${message.slice(path.length + 2, path.length + 90)}`,
    );
    expect(name).toBe('CheckpointError');
    expect(message.length).toBeLessThan(500);
  });
});
