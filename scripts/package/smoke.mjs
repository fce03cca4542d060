// Run in a folder in which the package is installed, without gpu.js: does all of it load and compute in this Node?
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const home = new URL('node_modules/spheregrad/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', home), 'utf8'));
const modules = {};
for (const path of Object.keys(manifest.exports).filter((each) => each !== './package.json')) {
  modules[path] = await import(`spheregrad${path.slice(1)}`);
  assert.ok(Object.keys(modules[path]).length > 0, `${path} exports nothing`);
}
const { '.': all, './tensor': tensors, './nn': nn } = modules;
assert.equal(all.Tensor, tensors.Tensor);
assert.equal(all.Linear, nn.Linear);

for (const name of ['wasm', 'reference']) {
  await all.init(name);
  const x = all.tensor([[1, -2]]).setRequiresGrad();
  x.relu().square().sum().backward();
  assert.deepEqual([...x.grad.dataSync()], [2, 0]);
}
await assert.rejects(all.init('gpu'), {
  name: 'BackendError',
  message: 'gpu: the optional package gpu.js is not installed; npm install gpu.js adds it',
});

/** The command that npm puts on the path. */
function ngpt(...args) {
  const command = fileURLToPath(new URL(manifest.bin.ngpt, home));
  return spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
}
assert.equal(ngpt('--version').stdout.trim(), manifest.version);
const missing = ngpt('train', '--backend', 'gpu');
assert.equal(missing.status, 2);
assert.match(
  missing.stderr,
  /^ngpt: gpu: the optional package gpu\.js is not installed; npm install gpu\.js adds it\n$/,
);

writeFileSync('text.txt', 'to be or not to be, that is the question. '.repeat(40));
const size = ['--n-layer', '1', '--n-head', '2', '--n-embd', '16', '--block-size', '8', '--batch-size', '4'];
const trained = ngpt(
  'train',
  '--data',
  'text.txt',
  ...size,
  '--max-iters',
  '3',
  '--threads',
  '2',
  '--out-dir',
  'out',
  '--json',
);
assert.equal(trained.status, 0, trained.stderr);
const events = trained.stdout
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
assert.equal(events.at(-1).event, 'done');
assert.ok(Number.isFinite(events.at(-1).valLoss));
const sampled = ngpt('sample', '--checkpoint', 'out', '--max-new-tokens', '5');
assert.equal(sampled.status, 0, sampled.stderr);
