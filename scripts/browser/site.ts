import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { builtinModules } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { build, type Plugin } from 'vite';

/** Nothing that browsers run may import Node; Vite would put an empty module in its place. */
const refuseNode: Plugin = {
  name: 'refuse-node',
  enforce: 'pre',
  resolveId(id, importer) {
    if (!id.startsWith('node:') && !builtinModules.includes(id)) return null;
    throw new Error(`${importer} imports ${id}, which browsers lack`);
  },
};

/** Bundles the page in `folder`, minified, into `outDir`. */
export async function buildSite(folder: string, outDir: string): Promise<void> {
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    plugins: [refuseNode],
    build: { outDir, emptyOutDir: true, target: 'es2022', minify: true, chunkSizeWarningLimit: 2000 },
  });
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `folders`, each under its path ('/' is one of them), on this machine only and with cross-origin isolation,
 * which precise timers and shared memory need.
 */
export async function serve(folders: Readonly<Record<string, string>>, port = 0): Promise<Site> {
  const server = createServer(async ({ url = '/' }, response) => {
    const file = fileOf(folders, new URL(url, 'http://localhost').pathname);
    try {
      const body = await readFile(file);
      response.writeHead(200, {
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The file of a path, by the longest of the folders' paths; `..` does not lead out of it. */
function fileOf(folders: Readonly<Record<string, string>>, path: string): string {
  const [prefix] = Object.keys(folders)
    .filter((start) => path.startsWith(start))
    .sort((a, b) => b.length - a.length);
  const rest = path.slice(prefix.length);
  const inside = normalize(`${sep}${decodeURIComponent(rest.replace(/(^|\/)$/, '$1index.html'))}`);
  return join(folders[prefix], inside);
}
