/** The package gl, WebGL without a browser: an optional dependency of gpu.js, and without types. */
import { createRequire } from 'node:module';

interface HeadlessGl {
  (width: number, height: number): object | null;
  readonly WebGLRenderingContext: {
    readonly prototype: Pick<WebGLRenderingContext, 'createTexture' | 'deleteTexture'>;
  };
}

/** @throws Error with what to do, where it was not compiled. */
export function loadGl(): HeadlessGl {
  try {
    return createRequire(import.meta.url)('gl') as HeadlessGl;
  } catch (cause) {
    throw new Error(
      'the package gl was not compiled; with the system packages that docs/gpu.md lists, ' +
        '`npm rebuild gl --dangerously-allow-all-scripts` compiles it',
      { cause },
    );
  }
}

/** As a global setup: says what is missing, where the tests would only know that the mode does not run. */
export default function requireContext(): void {
  if (loadGl()(1, 1) !== null) return;
  throw new Error(
    process.platform === 'linux' && process.env.DISPLAY === undefined
      ? 'there is no display; run `xvfb-run -a npm run test:headless-gl` (`apt-get install xvfb`)'
      : 'gl opens no WebGL context; is there a driver? (`apt-get install libgl1-mesa-dri` has one in software)',
  );
}
