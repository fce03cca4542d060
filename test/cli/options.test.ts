import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandName, shellWord } from '../../src/cli/options.js';

describe('commandName', () => {
  it('is the script of the repository only where that runs', () => {
    const name = (event?: string) => commandName(event === undefined ? {} : { npm_lifecycle_event: event });
    expect(name('ngpt')).toBe('npm run --silent ngpt --');
    expect(name()).toBe('npx ngpt');
    expect(name('npx')).toBe('npx ngpt');
    expect(name('train')).toBe('npx ngpt');
  });
});

describe('shellWord', () => {
  it('leaves plain words alone and quotes the rest', () => {
    expect(shellWord('out/nano-cpu')).toBe('out/nano-cpu');
    expect(shellWord('my runs/first')).toBe('"my runs/first"');
    expect(shellWord("it's $HOME")).toBe("'it'\\''s $HOME'");
    expect(shellWord('')).toBe('""');
  });

  it('is what a shell reads as the same word', () => {
    const characters = fc.constantFrom(...'aé "\'$`\\!*?~#&;|<>(){}[]\n-');
    const words = fc.array(fc.string({ unit: characters, maxLength: 8 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(words, (given) => {
        const command = `printf '%s\\0' ${given.map(shellWord).join(' ')}`;
        const read = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
        expect(read.split('\0').slice(0, -1)).toEqual(given);
      }),
      { numRuns: 40 },
    );
  });
});
