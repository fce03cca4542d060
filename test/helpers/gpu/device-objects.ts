/**
 * Counts what WebGPU and WebGL really hold, apart from the counters of the backend: buffers and textures made and not
 * given back. To be imported before anything opens a device.
 */
const live = { buffers: 0, textures: 0 };

/** Buffers of WebGPU and textures of WebGL that are alive. */
export function deviceObjects(): { buffers: number; textures: number } {
  return { ...live };
}

/** Lets `prototype[name]` tell `after` that it was called, and with what. */
function watch<T extends object>(prototype: T, name: keyof T, after: (self: object, given: unknown) => void) {
  const original = prototype[name] as (...given: unknown[]) => unknown;
  prototype[name] = function (this: object, ...given: unknown[]) {
    const result = original.apply(this, given);
    after(this, given[0]);
    return result;
  } as T[keyof T];
}

const destroyed = new WeakSet<object>();

if ('GPUDevice' in globalThis) {
  const { GPUDevice, GPUBuffer } = globalThis as unknown as Record<
    string,
    { prototype: Record<string, unknown> }
  >;
  watch(GPUDevice.prototype, 'createBuffer', () => live.buffers++);
  watch(GPUBuffer.prototype, 'destroy', (buffer) => {
    if (!destroyed.has(buffer)) live.buffers--;
    destroyed.add(buffer);
  });
}

/** Counts the textures of contexts with this prototype that are opened from now on. */
export function watchTextures(
  prototype: Pick<WebGLRenderingContext, 'createTexture' | 'deleteTexture'>,
): void {
  watch(prototype, 'createTexture', () => live.textures++);
  watch(prototype, 'deleteTexture', (_, texture) => {
    if (texture === null || destroyed.has(texture as object)) return;
    destroyed.add(texture as object);
    live.textures--;
  });
}

if ('WebGL2RenderingContext' in globalThis) watchTextures(WebGL2RenderingContext.prototype);
