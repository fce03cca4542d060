// The playground: `npm run build:web` builds it into out/web, static files for any host; `npm run playground --
// [--port N] [--open]` builds it, serves it on this machine only and prints its address.
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';

const { values, positionals } = parseArgs({
  options: { port: { type: 'string', default: '4173' }, open: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [task = 'build'] = positionals;
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`playground: --port is a number from 0 to 65535, got ${values.port}`);
  process.exit(1);
}

const configFile = 'web/node/vite.config.ts';

await build({ configFile, logLevel: task === 'serve' ? 'warn' : 'info' });
if (task === 'serve') {
  const server = await preview({
    configFile,
    logLevel: 'warn',
    preview: { host: '127.0.0.1', port, open: values.open },
  });
  console.log(`The playground is at ${server.resolvedUrls?.local[0]} until you press Ctrl-C.`);
}
