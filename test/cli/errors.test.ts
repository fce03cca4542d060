import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { describeError, errorLine } from '../../src/cli/errors.js';
import { ConfigError, DataError } from '../../src/index.js';

describe('describeError', () => {
  const options = [new Option('--top-k <count>'), new Option('--seed <number>')];

  it('calls settings by their options, as whole words, and no others', () => {
    const error = new ConfigError('topK is more than topKs, topP, and seed 3 of topK', {
      settings: ['topK', 'topP'],
    });
    expect(describeError(error, options)).toBe('--top-k is more than topKs, topP, and seed 3 of --top-k');
    expect(error.message).toMatch(/^topK/);
  });

  it('calls a switch as it is typed, on or off, and no other true and false', () => {
    const switches = [...options, new Option('--tie-weights'), new Option('--no-tie-weights')];
    const error = (message: string, ...settings: string[]) => new ConfigError(message, { settings });
    const tied = error('tieWeights true is not tieWeights, the checkpoint has false', 'tieWeights');
    expect(describeError(tied, switches)).toBe(
      '--tie-weights is not --tie-weights, the checkpoint has --no-tie-weights',
    );
    expect(describeError(error('topK false, true', 'topK'), switches)).toBe('--top-k false, true');
    expect(describeError(tied, options)).toBe(tied.message);
  });

  it('leaves other errors as they are', () => {
    expect(describeError(new DataError('topK'), options)).toBe('topK');
  });
});

describe('errorLine', () => {
  it('is one line, and no command to the terminal, whatever the message', () => {
    expect(errorLine(' first\n  second \r\n third\n')).toBe('ngpt: first second third\n');
    expect(errorLine('\u001b[2Jgone\u0007 \u009b31m')).toBe('ngpt: \uFFFD[2Jgone\uFFFD \uFFFD31m\n');
  });
});
