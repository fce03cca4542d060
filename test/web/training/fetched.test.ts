import { expect, it } from 'vitest';
import { ConfigError } from '../../../src/index.js';
import { libraryError } from '../../../src/tensor/backends/gpu/runtime/library.js';
import { fetched } from '../../../web/training/fetched.js';

it('gives what was loaded', async () => {
  expect(await fetched(Promise.resolve(5))).toBe(5);
});

it.each([
  'Failed to fetch dynamically imported module: http://localhost:8000/assets/gpu-browser-Cx1.js',
  'error loading dynamically imported module: http://localhost:8000/assets/gpu-browser-Cx1.js',
  'Importing a module script failed.',
])('says in place of %j that the machine may be offline', async (message) => {
  const loading = fetched(Promise.reject(new TypeError(message)));
  await expect(loading).rejects.toThrow(/^a part of this page .* offline/);
  await expect(loading).rejects.not.toThrow(/localhost|module/);
  await expect(loading).rejects.toMatchObject({ name: 'BackendError', cause: { message } });
});

it('says so of gpu.js too, which misses itself in words for those who install packages', async () => {
  const error = libraryError(new TypeError('Failed to fetch dynamically imported module: http://x/gpu.js'));
  await expect(fetched(Promise.reject(error))).rejects.toThrow(/^a part of this page .* offline/);
});

it('leaves other errors as they are', async () => {
  for (const error of [new TypeError('x is not a function'), new ConfigError('no module')]) {
    await expect(fetched(Promise.reject(error))).rejects.toBe(error);
  }
});
