import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserTests } from './page/index.js';
import { type OpenPage, openTestPage } from './test-page.js';

// The name under which the page offers its functions.
declare const tests: BrowserTests;

let opened: OpenPage;
let page: OpenPage['page'];

beforeAll(async () => {
  opened = await openTestPage();
  page = opened.page;
});

afterAll(() => opened?.close());

describe.each(['webgpu', 'webgl2'])('where the gpu backend in mode %s fails, it', (mode) => {
  it('names the op and the shapes of a shader that does not compile', async () => {
    const { name, message } = await page.evaluate((mode) => tests.compileFailure(mode), mode);
    expect(name).toBe('BackendError');
    expect(message).toContain(`gpu: ${mode} cannot run double([3]): Error compiling`);
    // Where in the shader.
    expect(message).toMatch(/\d:\d+/);
  });

  it('leaves no trace of a training step that fails in its last kernels', async () => {
    const { error, before, after } = await page.evaluate((mode) => tests.failedStep(mode), mode);
    expect(error.name).toBe('BackendError');
    expect(error.message).toMatch(/cannot run adamStep\(\[/);
    expect(after).toEqual(before);
  });

  it('says so when the device is lost, and begins anew', async () => {
    const { errors, next } = await page.evaluate((mode) => tests.deviceLoss(mode), mode);
    for (const { name, message } of errors) {
      expect(name).toBe('BackendError');
      expect(message).toMatch(/lost.*make the backend anew/);
    }
    expect(next).toEqual([2, 3, 4]);
  });
});
