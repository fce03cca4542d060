/** What bundlers make of the package: that a page is small, that what it does not use is left out, and nothing else. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { root } from './consumer.js';

/** Bytes, gzip, of all that a page loads which trains on wasm. */
const PAGE_BUDGET = 70_000;
/** Of everything, what one function of tensors may take. */
const MOST_SHARE = 0.4;

interface Run {
  readonly output: string;
  /** The files that it loaded, with their size in bytes, gzip. */
  readonly loaded: ReadonlyMap<string, number>;
  /** The files of which engines load one, as they are able to: the kernels in each of their builds. */
  readonly builds: ReadonlyMap<string, number>;
}

/** The sum, and each part of it. */
const bytesOf = ({ loaded }: Run) => [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);

/** Bundles a program as for a page, runs it in Node and sees what it loads. @throws Error where it fails. */
async function runBundle(folder: string, name: string, code: string): Promise<Run> {
  const path = join(folder, `bundle-${name}`);
  mkdirSync(path);
  writeFileSync(join(path, 'page.js'), code);
  await build({
    root: path,
    base: './',
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: 'out',
      target: 'es2022',
      modulePreload: false,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: join(path, 'page.js'), output: { entryFileNames: 'page.js' } },
    },
  });
  const coverage = join(path, 'coverage');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(path, 'out/page.js')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
  });
  if (status !== 0)
    throw new Error(`${name}: the bundle does not run: ${stderr.match(/^\w*Error: .*/m)?.[0] ?? stderr}`);
  return { output: stdout.trim(), loaded: loadedBytes(coverage, path), builds: buildBytes(path) };
}

const BUILD = /^generated-(simd|relaxed-simd|wide)/;

const gzipBytes = (file: string | URL) => gzipSync(readFileSync(file)).length;

function buildBytes(path: string): Map<string, number> {
  const assets = join(path, 'out/assets');
  const names = existsSync(assets) ? readdirSync(assets).filter((name) => BUILD.test(name)) : [];
  return new Map(names.map((name) => [name, gzipBytes(join(assets, name))]));
}

/** Node's coverage lists every script that ran. */
function loadedBytes(coverage: string, path: string): Map<string, number> {
  const reports = readdirSync(coverage).map((file) => JSON.parse(readFileSync(join(coverage, file), 'utf8')));
  const urls: string[] = reports.flatMap(({ result }) => result.map(({ url }: { url: string }) => url));
  const own = urls.filter((url) => url.includes(`/${basename(path)}/out/`));
  return new Map(own.map((url) => [basename(url), gzipBytes(new URL(url))]));
}

/** The first example of the README is a page that trains: what it loads is within its budget. */
export async function pageProblems(folder: string): Promise<{ problems: string[]; bytes: number }> {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, code = ''] = readme.match(/```ts(?: run)?\n([\s\S]*?)```/) ?? [];
  const run = await runBundle(folder, 'page', code);
  const names = [...run.loaded.keys()];
  const builds = names.filter((name) => BUILD.test(name));
  // In the engine that takes the largest of them; this one may not.
  const bytes = bytesOf(run) - (run.loaded.get(builds[0]) ?? 0) + Math.max(...run.builds.values());
  const problems = [
    ...(Number(run.output) < 0.5 ? [] : [`it has not learned: ${run.output}`]),
    ...(builds.length === 1 ? [] : [`it loads the builds ${builds}, one is enough`]),
    ...names.filter((name) => /^(gpu|reference|self-check)/.test(name)).map((name) => `it loads ${name}`),
  ];
  if (bytes > PAGE_BUDGET) {
    const parts = [...run.loaded].map(([name, size]) => `${name} ${size}`);
    problems.push(`it loads ${bytes} bytes, ${PAGE_BUDGET} are allowed: ${parts.join(', ')}`);
  }
  return { problems, bytes };
}

/** A program for each subpath that names little of it, and what it prints where all methods of Tensor are there. */
const LITTLE: Readonly<Record<string, readonly [code: string, output: string]>> = {
  root: [
    `import { init, tensor } from 'spheregrad';
     await init('wasm');
     const x = tensor([1, 2]).setRequiresGrad();
     x.square().sum().backward();
     console.log(String(x.grad.dataSync()));`,
    '2,4',
  ],
  tensor: [
    `import { init, tensor } from 'spheregrad/tensor';
     await init('wasm');
     console.log(String(tensor([-1, 2]).relu().softmax().dataSync().length), String(tensor([1])).includes('Tensor([1]'));`,
    '2 true',
  ],
  autograd: [
    `import { grad } from 'spheregrad/autograd';
     import { init, tensor } from 'spheregrad/tensor';
     await init('wasm');
     console.log(String(grad((x) => x.mul(x).sum())(tensor([3]))[0].dataSync()));`,
    '6',
  ],
  nn: [
    `import { mseLoss } from 'spheregrad/nn';
     import { init, tensor } from 'spheregrad/tensor';
     await init('wasm');
     const x = tensor([1, 3]).setRequiresGrad();
     mseLoss(x, tensor([0, 0])).backward();
     console.log(String(x.grad.dataSync()));`,
    '1,3',
  ],
  ngpt: [
    `import { hypersphere } from 'spheregrad/ngpt';
     import { init, tensor } from 'spheregrad/tensor';
     await init('wasm');
     const x = tensor([[1, 0]]).setRequiresGrad();
     hypersphere.slerp(x, tensor([[0, 1]]), 0).sum().backward();
     console.log(x.grad.shape.join());`,
    '1,2',
  ],
};

/** Bundles that name little are complete. */
export async function partProblems(folder: string): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, [code, wanted]] of Object.entries(LITTLE)) {
    const { output } = await runBundle(folder, name, code);
    if (output !== wanted) problems.push(`${name}: prints ${output}, not ${wanted}`);
  }
  return problems;
}

/** One function of tensors, with the methods of Tensor, against all that there is; no kernels are loaded for either. */
const ONE = "import { tensor } from 'spheregrad/tensor';\nconsole.log(tensor.name);\n";
const ALL = "import * as all from 'spheregrad';\nconsole.log(Object.keys(all).length);\n";

/** How much of everything comes along with one function. */
export async function shakingProblems(folder: string): Promise<{ problems: string[]; share: number }> {
  const [one, all] = [await runBundle(folder, 'one', ONE), await runBundle(folder, 'all', ALL)];
  const share = bytesOf(one) / bytesOf(all);
  const problems = share < MOST_SHARE ? [] : [`one function takes ${bytesOf(one)} bytes of ${bytesOf(all)}`];
  return { problems, share };
}
