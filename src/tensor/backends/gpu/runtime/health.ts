import { BackendError } from '../../../errors.js';

/** What WebGL's getError says then. */
const OUT_OF_MEMORY = 0x0505;

/** What gpu.js keeps of a device of WebGPU. */
interface WebGpuContext {
  readonly isLost: boolean;
  readonly device: {
    addEventListener(type: 'uncapturederror', listener: (event: { error: Error }) => void): void;
  };
}

type Context = WebGpuContext | WebGL2RenderingContext;

/**
 * Knows what became of the device. A GPU that is lost or out of memory goes on taking orders and answers with zeros,
 * so whoever reads a result asks here first. Explained in docs/gpu.md.
 */
export class Health {
  private context: Context | null = null;
  private trouble: string | null = null;

  /** To be told of kernels that ran: they know the device. */
  watch({ kernel }: { readonly kernel: object }): void {
    const { context } = kernel as { readonly context?: Context | null };
    if (this.context !== null || context === null || context === undefined) return;
    this.context = context;
    if (!('device' in context)) return;
    // WebGPU reports what no one asked about, such as a buffer that found no memory, in this way only.
    context.device.addEventListener('uncapturederror', ({ error }) => {
      // gpu.js throws for a shader that does not compile, and nothing else comes of it.
      if (!error.message.includes('CreateShaderModule')) this.trouble ??= firstLine(error.message);
    });
  }

  /** What to throw once the device is lost or has failed; null while it is well. */
  error(): BackendError | null {
    this.trouble ??= this.context === null ? null : troubleOf(this.context);
    if (this.trouble === null) return null;
    return new BackendError(
      `gpu: ${this.trouble}; what is on the device can't be relied on: make the backend anew with init('gpu') and load the last checkpoint`,
    );
  }

  /** @throws BackendError once the device is lost or has failed. */
  check(): void {
    const error = this.error();
    if (error !== null) throw error;
  }
}

function troubleOf(context: Context): string | null {
  if ('device' in context) return context.isLost ? 'the WebGPU device was lost' : null;
  // The context of gpu.js's modes on the CPU has neither.
  if (context.isContextLost?.()) return 'the WebGL context was lost';
  return context.getError?.() === OUT_OF_MEMORY ? 'WebGL has no memory left' : null;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0];
}
