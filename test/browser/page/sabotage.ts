/** Ways to hurt a GPU. To be imported before anything opens a device. */
type Prototype = Record<string, unknown>;
type Method = (this: object, ...given: unknown[]) => unknown;

/** Puts `around(original)` in the place of a method; the function returned takes it away. */
function wrap(prototype: Prototype, name: string, around: (original: Method) => Method): () => void {
  const original = prototype[name] as Method;
  prototype[name] = around(original);
  return () => {
    prototype[name] = original;
  };
}

/** The prototype of a class of WebGPU, which TypeScript's DOM library has not got everywhere. */
function webgpu(name: string): Prototype {
  return (globalThis as unknown as Record<string, { readonly prototype: Prototype }>)[name].prototype;
}

const webgl = WebGL2RenderingContext.prototype as unknown as Prototype;
const contexts = new Set<WebGL2RenderingContext>();
const devices = new Set<{ destroy(): void; readonly lost: Promise<unknown> }>();

wrap(
  webgpu('GPUAdapter'),
  'requestDevice',
  (original) =>
    async function (...given) {
      const device = (await original.apply(this, given)) as never;
      devices.add(device);
      return device;
    },
);

wrap(
  webgl,
  'createShader',
  (original) =>
    function (...given) {
      contexts.add(this as WebGL2RenderingContext);
      return original.apply(this, given);
    },
);

/** The numbers that the shader of a small WebGL2 program is asked to compute in: `highp`, `mediump` or `lowp`. */
export async function precisionsOf(run: () => Promise<unknown>): Promise<string[]> {
  const found = new Set<string>();
  const restore = wrap(
    webgl,
    'shaderSource',
    (original) =>
      function (shader, source) {
        for (const [, precision] of (source as string).matchAll(/\b(highp|mediump|lowp)\b/g)) {
          found.add(precision);
        }
        return original.call(this, shader, source);
      },
  );
  await run().finally(restore);
  return [...found];
}

/** Takes every device of WebGPU and every context of WebGL away, as a driver that restarts does. */
export async function loseDevices(): Promise<void> {
  for (const context of contexts) context.getExtension('WEBGL_lose_context')?.loseContext();
  contexts.clear();
  for (const device of devices) {
    device.destroy();
    await device.lost;
  }
  devices.clear();
}

/** Until the function returned is called, no shader compiles that has `word` in its text. */
export function refuseShaders(word: string): () => void {
  const broken = (code: string) => (code.includes(word) ? `${code} nonsense` : code);
  const undo = [
    wrap(
      webgpu('GPUDevice'),
      'createShaderModule',
      (original) =>
        function (settings) {
          return original.call(this, { code: broken((settings as { code: string }).code) });
        },
    ),
    wrap(
      webgl,
      'shaderSource',
      (original) =>
        function (shader, source) {
          return original.call(this, shader, broken(source as string));
        },
    ),
  ];
  return () => {
    for (const f of undo) f();
  };
}
