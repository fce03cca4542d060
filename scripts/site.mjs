// The site: `npm run build:site -- [--base /PATH/]` builds it into out/site, static files that stand under that path of a
// host, by default at its root; `npm run site -- [--port N]` shows it while you write. What it is built with is installed
// in site/ when it is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({
  options: { base: { type: 'string', default: '/' }, port: { type: 'string' } },
  allowPositionals: true,
});
const [task = 'build'] = positionals;
const base = `/${values.base}/`.replace(/\/+/g, '/');

if (!existsSync(join(root, 'site/node_modules/vitepress')))
  run('npm', ['ci', '--prefix', 'site', '--no-audit', '--no-fund']);
rmSync(join(root, 'out/site-pages'), { recursive: true, force: true });
node('node_modules/typescript-7/bin/tsc', '-p', 'site/tsconfig.json');
node('node_modules/typedoc/bin/typedoc', '--options', 'site/typedoc.json', '--logLevel', 'Warn');
node('--import', 'tsx', 'site/build/measured.ts');
const vitepress = 'site/node_modules/vitepress/bin/vitepress.js';
if (task === 'serve')
  node(vitepress, 'dev', 'site', ...(values.port === undefined ? [] : ['--port', values.port]));
else {
  node(vitepress, 'build', 'site');
  const playground = ['build', '--config', 'web/node/vite.config.ts', '--outDir', '../out/site/playground'];
  node('node_modules/vite/bin/vite.js', ...playground);
}

function node(...args) {
  run(process.execPath, args);
}

function run(command, args) {
  const env = { ...process.env, SITE_BASE: base, SITE_ROOT: root };
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
