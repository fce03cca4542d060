import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../../src/cli/errors.js';
import { receiveError, sendError } from '../../../src/cli/train/messages.js';
import { ConfigError, DataError, SphereGradError } from '../../../src/index.js';

/** On its way to another thread. */
const sent = (error: unknown) => receiveError(structuredClone(sendError(error)));

describe('an error of the training thread', () => {
  it('names the options in the other thread as it would have here', () => {
    const error = new ConfigError('nEmbd must be even, got 3', { settings: ['nEmbd'] });
    const options = [new Option('--n-embd <size>')];
    expect(describeError(sent(error), options)).toBe('--n-embd must be even, got 3');
  });

  it('is for users to put right if it was', () => {
    expect(sent(new DataError('x is empty'))).toBeInstanceOf(SphereGradError);
    expect(sent(new DataError('x is empty')).message).toBe('x is empty');
  });

  it('keeps its stack if it is a mistake of ours', () => {
    const error = new TypeError('x is undefined');
    expect(sent(error)).not.toBeInstanceOf(SphereGradError);
    expect(sent(error).stack).toBe(error.stack);
    expect(sent('thrown text').message).toBe('thrown text');
  });
});
