/** How cases of one op are made anew, where Python has torch. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testFolder } from '../helpers/cli.js';
import { hasPyTorch, runPython, warnWithoutPyTorch } from '../helpers/pytorch.js';

const folder = testFolder();
warnWithoutPyTorch('how cases of PyTorch are made');

it.skipIf(!hasPyTorch)(
  'make_cases.py makes those of the ops that are named, and leaves all other lines',
  () => {
    cpSync('test/fixtures/pytorch', folder.path, { recursive: true });
    const path = join(folder.path, 'cases.json');
    const lines = readFileSync(path, 'utf8').split('\n');
    const linesOf = (op: string) => lines.filter((line) => line.startsWith(`{"op":"${op}"`));
    const [negation, logarithm] = [linesOf('neg'), linesOf('log')];
    // One of another op, which a making of all would mend, and none of the one that is asked for.
    const other = logarithm[0].replace('"args":[]', '"args":[7]');
    expect(other).not.toBe(logarithm[0]);
    const without = lines.filter((line) => !negation.includes(line));
    const spoilt = (line: string) => (line === logarithm[0] ? other : line);
    writeFileSync(path, without.map(spoilt).join('\n'));

    runPython([join(folder.path, 'make_cases.py'), 'neg']);
    expect(readFileSync(path, 'utf8').split('\n')).toEqual(lines.map(spoilt));

    expect(() => runPython([join(folder.path, 'make_cases.py'), 'neg', 'negg'])).toThrow(/no case of negg/);
  },
);
