import { describe, expect, it } from 'vitest';
import { errorLine } from '../../src/cli/errors.js';

describe('errorLine', () => {
  it('is one line, and no command to the terminal, whatever the message', () => {
    expect(errorLine(' first\n  second \r\n third\n')).toBe('ngpt: first second third\n');
    expect(errorLine('\u001b[2Jgone\u0007 \u009b31m')).toBe('ngpt: \uFFFD[2Jgone\uFFFD \uFFFD31m\n');
  });
});
