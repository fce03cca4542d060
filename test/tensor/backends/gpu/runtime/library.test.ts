import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BackendError } from '../../../../../src/index.js';
import { libraryError } from '../../../../../src/tensor/backends/gpu/runtime/library.js';

/** What Node says of a package that nobody has. */
function errorOfNode(name: string): unknown {
  const script = `import('${name}').catch(({ code, message }) => console.log(JSON.stringify({ code, message })))`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: '/',
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

describe('an import of gpu.js that fails', () => {
  it('says that the package is not installed, and how to', () => {
    const cause = errorOfNode('gpu.js');
    const error = libraryError(cause);
    expect(error).toBeInstanceOf(BackendError);
    expect(error.message).toBe(
      'gpu: the optional package gpu.js is not installed; npm install gpu.js adds it',
    );
    expect(error.cause).toBe(cause);
  });

  it('gives the reason where it is another, such as a package that gpu.js lacks', () => {
    expect(libraryError(errorOfNode('webgpu-of-nobody')).message).toMatch(
      /^gpu: the optional package gpu\.js does not load \(Cannot find package 'webgpu-of-nobody'/,
    );
    expect(libraryError('no network').message).toContain('does not load (no network); npm install gpu.js');
  });
});
