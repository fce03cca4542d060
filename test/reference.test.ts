/** What the API reference is made of: a doc comment on every export, and examples that run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Application,
  type Comment,
  type DeclarationReflection,
  Logger,
  LogLevel,
  ReflectionKind,
} from 'typedoc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init } from '../src/index.js';
import { testFolder } from './helpers/cli.js';
import { complaints } from './helpers/compile.js';
import { examplesOf, runExample, withImports } from './helpers/examples.js';

/** Where every function and class has an example. */
const SHOWN = [
  ...['tensor/ops/', 'tensor/create/', 'autograd/', 'nn/layers/', 'nn/losses/', 'nn/optimizers/'],
  ...['nn/schedules.ts', 'nn/initialisers.ts', 'nn/module.ts', 'ngpt/hypersphere.ts', 'ngpt/create.ts'],
];

const folder = testFolder();
const warnings: string[] = [];
const exported: DeclarationReflection[] = [];

class Collector extends Logger {
  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) warnings.push(message);
  }
}

beforeAll(async () => {
  // It reads typedoc.json. Links to the source would need a remote called origin, which not every clone has.
  const app = await Application.bootstrapWithPlugins({
    ...{ logLevel: 'Warn', disableGit: true, sourceLinkTemplate: '{path}' },
  });
  app.logger = new Collector();
  const project = await app.convert();
  if (project === undefined) throw new Error(warnings.join('\n'));
  app.validate(project);
  const kinds =
    ReflectionKind.Function | ReflectionKind.Class | ReflectionKind.Variable | ReflectionKind.Method;
  exported.push(...(project.getReflectionsByKind(kinds) as DeclarationReflection[]));
}, 120_000);

const commentsOf = (reflection: DeclarationReflection): Comment[] =>
  [reflection, ...(reflection.signatures ?? [])].flatMap(({ comment }) => comment ?? []);

const codeIn = (comment: Comment): string[] =>
  comment.blockTags
    .filter(({ tag }) => tag === '@example')
    .flatMap(({ content }) => examplesOf(`${content.map(({ text }) => text).join('')}\n`));

function examples(): { name: string; code: string }[] {
  const found = new Map<string, string>();
  for (const reflection of exported)
    for (const code of commentsOf(reflection).flatMap(codeIn)) found.set(code, reflection.name);
  return [...found].map(([code, name]) => ({ name, code }));
}

describe('the API reference', () => {
  it('has a doc comment on every export', () => {
    expect(exported.length).toBeGreaterThan(200);
    expect(warnings).toEqual([]);
  });

  it('has an example of every op, layer, loss, optimizer and transform', () => {
    const callable = exported.filter((reflection) => {
      const isShown = SHOWN.some((path) => reflection.sources?.[0]?.fileName.includes(`src/${path}`));
      const isConstant = reflection.kind === ReflectionKind.Variable && /^[A-Z_]+$/.test(reflection.name);
      const isMethod = reflection.kind === ReflectionKind.Method;
      return isShown && !isConstant && !isMethod && !reflection.name.endsWith('Definition');
    });
    const without = callable.filter((reflection) => commentsOf(reflection).flatMap(codeIn).length === 0);
    expect(callable.length).toBeGreaterThan(100);
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

describe('examples of doc comments', () => {
  // Those of training write into the folder they run in.
  const home = process.cwd();
  const away = mkdtempSync(join(tmpdir(), 'spheregrad-examples-'));
  afterAll(() => rmSync(away, { recursive: true }));

  it('run, and come out as they say', async () => {
    const failures: string[] = [];
    for (const { name, code } of examples()) {
      await init('wasm');
      try {
        process.chdir(away);
        const { wrong } = await runExample(code);
        failures.push(...wrong.map((what) => `${name}: ${what}`));
      } catch (error) {
        failures.push(`${name}: ${error}`);
      } finally {
        process.chdir(home);
      }
    }
    expect(failures).toEqual([]);
  });

  it.each([[{}], [{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true }]])(
    'compile under strict and %j',
    (strictness) => {
      const files = examples().map(({ name, code }, i) => ({
        name: `${name}-${i}.ts`,
        code: withImports(code),
      }));
      expect(complaints(folder.path, files, strictness)).toBe('');
    },
  );
});

describe('runExample', () => {
  it.each([
    ['cumsum(tensor([1, 2, 3]), 0) // [1, 3, 7]', /says \[1, 3, 7\], is \[1,3,6\]/],
    ['const x = tensor([1.5]); // [1.4]', /is \[1.5\]/],
    ['zeros([2, 3]) // shape [3, 2]', /says shape/],
    ['sin(tensor([1])) // [0.8414]', /is \[0.84147/],
    ['add(tensor([1, 2]), tensor([1, 2, 3])) // throws DTypeError', /says throws DTypeError, is "ShapeError/],
    ["formatShape([2]) // '[3]'", /says '\[3\]'/],
    ['console.log(1, 2);\n// 1 3', /says 1 3, prints 1 2/],
  ])('finds what is wrong with %s', async (code, message) => {
    await init('wasm');
    const { wrong } = await runExample(code);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toMatch(message);
  });

  it('believes what is so, and passes over prose', async () => {
    await init('wasm');
    const code =
      'const [a] = split(tensor([1, 2]), 2); // [1]\nsin(a) // [0.8415]\na.exp() // a line of prose';
    expect((await runExample(code)).wrong).toEqual([]);
  });
});
