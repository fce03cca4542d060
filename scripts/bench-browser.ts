// Serves the benchmark page: `npm run bench:browser -- [--port N]`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { buildSite, serve } from './browser/site.js';

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError('Wants 0 to 65535.');
  return port;
}

const program = new Command('bench:browser')
  .description('Serves a page that measures wasm, WebGL2 and WebGPU on the machine that opens it.')
  .option('--port <number>', 'where to serve it; 0 takes any that is free', portNumber, 8080)
  .parse();

const folder = mkdtempSync(join(tmpdir(), 'spheregrad-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit());
process.once('SIGTERM', () => process.exit());
try {
  await buildSite(fileURLToPath(new URL('../bench/page', import.meta.url)), folder);
  const { url } = await serve({ '/': folder }, program.opts<{ port: number }>().port);
  console.log(`Open ${url} in a browser. Ctrl-C ends it.`);
} catch (error) {
  console.error(`bench:browser: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
