/** Runs TypeScript as it is written: sucrase takes the types off, imports come from the table of modules. */
import { transform } from 'sucrase';
import { modulesFor } from './modules.js';

type Exports = Record<string, unknown>;
type Log = (...values: unknown[]) => void;

/** What a text exports once it has run. @throws what it throws, SyntaxError where it is none. */
export async function evaluate(text: string, log: Log): Promise<Exports> {
  const script = compiled(text);
  const names = [...script.matchAll(/\brequire\('([^']+)'\)/g)].map(([, name]) => name ?? '');
  const modules = await modulesFor(names);
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  const run = new AsyncFunction('require', 'exports', 'console', script);
  const exports: Exports = {};
  await run((name: string) => modules.get(name), exports, {
    log,
    info: log,
    warn: log,
    error: log,
    debug: log,
  });
  return exports;
}

function compiled(text: string): string {
  try {
    const options = { transforms: ['typescript' as const, 'imports' as const], disableESTransforms: true };
    return transform(text, options).code;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // It names the file, which has no name, and says where in parentheses.
    throw new SyntaxError(
      message.replace(/^Error transforming [^:]*: /, '').replace(/\((\d+):\d+\)/, 'in line $1'),
    );
  }
}
