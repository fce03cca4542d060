/** The types, as programs of others compile them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, SUBPATHS } from './consumer.js';

/** 5.7, the oldest whose typed arrays take a type argument, and the newest. */
const COMPILERS = ['typescript-oldest', 'typescript-7'];

/** In Node with everything, and as a page is bundled, without the types of Node. */
const PROGRAMS = [
  {
    name: 'node',
    options: { module: 'NodeNext', moduleResolution: 'NodeNext', types: ['node'] },
    subpaths: SUBPATHS,
  },
  {
    name: 'page',
    options: { module: 'ESNext', moduleResolution: 'Bundler', types: [] },
    subpaths: SUBPATHS.filter((path) => path !== 'spheregrad/training'),
  },
];

const USE = `
import { init, type Tensor, tensor } from 'spheregrad';
await init('wasm');
const x: Tensor = tensor([1, 2]).setRequiresGrad();
x.relu().sum().backward();
// @ts-expect-error a tensor is no text
export const text: string = x.grad;
`;

/** What the compilers have against programs in `folder`, the declarations of the package included. */
export function typeProblems(folder: string): string[] {
  return PROGRAMS.flatMap(({ name, options, subpaths }) => {
    const path = join(folder, `types-${name}`);
    mkdirSync(path);
    const modules = subpaths.map((from, i) => `import * as m${i} from '${from}';\nexport { m${i} };\n`);
    writeFileSync(join(path, 'use.ts'), modules.join('') + USE);
    writeFileSync(join(path, 'package.json'), '{ "type": "module" }\n');
    const compilerOptions = {
      ...{ target: 'ES2022', lib: ['ES2023', 'DOM'], strict: true, skipLibCheck: false, noEmit: true },
      ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...options,
    };
    writeFileSync(join(path, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['use.ts'] }));
    return COMPILERS.flatMap((compiler) => complaintsOf(compiler, path));
  });
}

function complaintsOf(compiler: string, path: string): string[] {
  const package_ = join(root, 'node_modules', compiler);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(package_, 'bin/tsc'), '-p', path], {
    encoding: 'utf8',
  });
  if (status === 0) return [];
  const { version } = JSON.parse(readFileSync(join(package_, 'package.json'), 'utf8'));
  return [`TypeScript ${version}: ${stdout}${stderr}`];
}
