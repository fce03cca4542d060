/** How cases of one op are made anew, where Python has torch. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../helpers/cli.js';
import { hasPyTorch, runPython, warnWithoutPyTorch } from '../helpers/pytorch.js';

const folder = testFolder();
warnWithoutPyTorch('how cases of PyTorch are made');

/** Runs the script on a copy of its folder, with other lines in cases.json, and returns those that it writes. */
function linesMade(name: string, lines: readonly string[], ops: readonly string[]): string[] {
  const copy = join(folder.path, name);
  const path = join(copy, 'cases.json');
  cpSync('test/fixtures/pytorch', copy, { recursive: true });
  writeFileSync(path, lines.join('\n'));
  runPython([join(copy, 'make_cases.py'), ...ops]);
  return readFileSync(path, 'utf8').split('\n');
}

describe.skipIf(!hasPyTorch)('make_cases.py', { timeout: 120_000 }, () => {
  const lines = readFileSync('test/fixtures/pytorch/cases.json', 'utf8').split('\n');

  it('makes the cases of the ops that are named, and leaves all other lines', () => {
    const isOf = (op: string) => (line: string) => line.startsWith(`{"op":"${op}"`);
    const logarithm = lines.find(isOf('log')) ?? expect.fail();
    // A making of all would mend it.
    const spoilt = logarithm.replace('"args":[]', '"args":[7]');
    expect(spoilt).not.toBe(logarithm);
    const wanted = lines.map((line) => (line === logarithm ? spoilt : line));
    const without = wanted.filter((line) => !isOf('neg')(line));
    expect(linesMade('named', without, ['neg'])).toEqual(wanted);
  });

  it('refuses an op without cases', () => {
    expect(() => linesMade('unknown', lines, ['neg', 'negg'])).toThrow(/no case of negg/);
  });
});
