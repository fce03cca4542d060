/** Asks the browser about the machine that a page runs on. */

/** What is known of the machine a page runs on. */
export interface Machine {
  readonly browser: string;
  readonly cores: string;
  readonly webgpu: string;
  readonly webgl: string;
}

/** The part of WebGPU used here, which TypeScript's DOM library has not got everywhere. */
interface Adapters {
  requestAdapter(): Promise<{
    readonly info?: { vendor: string; architecture: string; description: string };
  } | null>;
}

export async function describeMachine(): Promise<Machine> {
  return {
    browser: navigator.userAgent,
    cores: `${navigator.hardwareConcurrency} cores`,
    webgpu: await webgpuAdapter(),
    webgl: webglRenderer(),
  };
}

async function webgpuAdapter(): Promise<string> {
  const { gpu } = navigator as unknown as { readonly gpu?: Adapters };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (adapter === null || adapter === undefined) return 'no WebGPU adapter';
  const { vendor = '', architecture = '', description = '' } = adapter.info ?? {};
  return `WebGPU ${[vendor, architecture, description].filter((part) => part !== '').join(' ')}`;
}

function webglRenderer(): string {
  const context = document.createElement('canvas').getContext('webgl2');
  const names = context?.getExtension('WEBGL_debug_renderer_info');
  if (!context || !names) return 'no WebGL2';
  return `WebGL2 ${context.getParameter(names.UNMASKED_RENDERER_WEBGL)}`;
}
