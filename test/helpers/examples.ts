/**
 * Examples in documents and doc comments, run as they stand and held to what they say. A statement may say its value in a
 * comment at the end of its line, `// [1, 3, 6]`, `// shape [2, 3]`, `// 'text'` or `// throws ShapeError`, words after a
 * comma; what a statement prints follows it in lines of comments. Other comments are prose. A number of four or more
 * decimals is rounded, any other is exact but for rounding in float32.
 */
import { format } from 'node:util';
import ts from 'typescript';
import * as spheregrad from '../../src/index.js';
import * as training from '../../src/training/node/index.js';

const PACKAGES = { spheregrad, 'spheregrad/training': training };
/** `var` is an export too, and no word for a variable. */
const NAMES = { ...training, ...spheregrad, var: undefined };
const VALUE =
  /^(throws \w+|shape \[[\d, ]*\]|\[(?:[-\d.,[\] e+]|Infinity|NaN|'[^']*')*\]|'[^']*'|-?(?:\d[\d.e-]*|Infinity|NaN)|true|false|null)(?=$|,)/;

/** The code blocks of a document, whose fences say one of `infos`: by default also those that run in the site's pages. */
export function examplesOf(markdown: string, infos: readonly string[] = ['ts', 'ts run']): string[] {
  return blocksOf(markdown)
    .filter((block) => infos.includes(block.info))
    .map(({ code }) => code);
}

/** All fences of a document: what is said behind the opening one, and the code. */
export function blocksOf(markdown: string): { info: string; code: string }[] {
  return [...markdown.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info, code]) => ({ info, code }));
}

/** The example with the imports that it leaves out. */
export function withImports(code: string): string {
  const source = parse(code);
  const [used, declared] = [new Set<string>(), new Set<string>()];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    if ((ts.isBindingElement(node) || ts.isVariableDeclaration(node)) && ts.isIdentifier(node.name))
      declared.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const imports = Object.entries(PACKAGES).map(([from, names]) => {
    const wanted = Object.keys(names).filter((name) => used.has(name) && !declared.has(name));
    return `import { ${wanted.join(', ')} } from '${from}';\n`;
  });
  return `${imports.join('')}export {};\n${code}`;
}

/** Runs an example; what it says and is not so, and everything that it printed. */
export async function runExample(code: string): Promise<{ wrong: string[]; printed: string[] }> {
  const wrong: string[] = [];
  const printed: string[] = [];
  const check = async (claim: string, value: () => unknown): Promise<void> => {
    const actual = await outcome(value);
    if (!agrees(actual, claim)) wrong.push(`says ${claim}, is ${JSON.stringify(plain(actual))}`);
  };
  const said = (claim: string, since: number): void => {
    const text = printed.slice(since).join('\n');
    if (collapsed(text) !== collapsed(claim)) wrong.push(`says ${claim}, prints ${text}`);
  };
  const console = { log: (...values: unknown[]) => printed.push(format(...values)) };
  const names = Object.entries(NAMES).filter(([, value]) => value !== undefined);
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  const run = new AsyncFunction(
    ...[...names.map(([name]) => name), 'console', '$check', '$said', '$printed'],
    `{\n${scriptOf(code)}\n}`,
  );
  await run(...names.map(([, value]) => value), console, check, said, printed);
  return { wrong, printed };
}

/** The example in JavaScript, with its claims as calls. */
function scriptOf(code: string): string {
  const source = parse(code);
  const statements = source.statements.filter((statement) => !ts.isImportDeclaration(statement));
  const script = statements.map((statement) => {
    const text = statement.getText(source);
    const claim = claimAt(code, statement.end);
    const lines = linesAfter(code, statement.end);
    if (text.includes('console.log(') && lines !== '')
      return `{ const $since = $printed.length;\n${text}\n$said(${JSON.stringify(lines)}, $since); }`;
    if (claim === null) return text;
    if (ts.isExpressionStatement(statement))
      return `await $check(${JSON.stringify(claim)}, async () => (${statement.expression.getText(source)}));`;
    return `${text}\nawait $check(${JSON.stringify(claim)}, async () => ${nameIn(statement)});`;
  });
  const { outputText } = ts.transpileModule(script.join('\n'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  return outputText;
}

function parse(code: string): ts.SourceFile {
  return ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
}

/** What the comment at the end of the line says of the statement. */
function claimAt(code: string, end: number): string | null {
  const [, comment] = code.slice(end).match(/^[ \t]*\/\/ (.*)/) ?? [];
  const claim = comment?.match(VALUE)?.[1] ?? null;
  if (claim === null && /^(['[-]|\d|shape|throws)/.test(comment ?? ''))
    throw new Error(`neither a value nor prose: ${comment}`);
  return claim;
}

/** The lines of comments that follow a statement. */
function linesAfter(code: string, end: number): string {
  const [, ...rest] = code.slice(end).split('\n');
  const until = rest.findIndex((line) => !line.startsWith('//'));
  return rest
    .slice(0, until < 0 ? undefined : until)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}

/** The only name that a declaration introduces. */
function nameIn(statement: ts.Statement): string {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const declares = ts.isBindingElement(node) || ts.isVariableDeclaration(node);
    if (declares && ts.isIdentifier(node.name)) names.push(node.name.text);
    if (declares && !ts.isIdentifier(node.name)) visit(node.name);
    if (!declares) ts.forEachChild(node, visit);
  };
  visit(statement);
  if (names.length !== 1) throw new Error(`which of its names has the value: ${statement.getText()}`);
  return names[0];
}

async function outcome(value: () => unknown): Promise<unknown> {
  try {
    const actual = await value();
    if (!(actual instanceof spheregrad.Tensor)) return actual;
    return { shape: actual.shape, values: [...(await actual.data())] };
  } catch (error) {
    return error;
  }
}

function agrees(actual: unknown, claim: string): boolean {
  if (claim.startsWith('throws ')) return actual instanceof Error && actual.name === claim.slice(7);
  if (claim.startsWith('shape '))
    return (
      JSON.stringify(isTensor(actual) ? actual.shape : null) === JSON.stringify(JSON.parse(claim.slice(6)))
    );
  // Numbers are compared one by one, what is around them as text.
  const number = /-?(?:\d[\d.]*(?:e[+-]?\d+)?|Infinity|NaN)/g;
  const [wanted, got] = [claim.replaceAll("'", '"'), written(plain(actual))].map((text) =>
    text.replaceAll(' ', ''),
  );
  const [claimed, given] = [wanted.match(number) ?? [], got.match(number) ?? []];
  return (
    wanted.replace(number, '#') === got.replace(number, '#') &&
    claimed.every(
      (digits, i) => Object.is(Number(digits), Number(given[i])) || isClose(digits, Number(given[i])),
    )
  );
}

function isClose(digits: string, value: number): boolean {
  const decimals = digits.split('.')[1]?.length ?? 0;
  const slack = decimals >= 4 ? 0.5 * 10 ** -decimals : 0;
  return Math.abs(Number(digits) - value) <= slack + 1e-6 * Math.max(1, Math.abs(value));
}

function isTensor(x: unknown): x is { shape: readonly number[]; values: number[] } {
  return typeof x === 'object' && x !== null && 'shape' in x && 'values' in x;
}

/** A tensor as nested arrays, any array as a plain one. */
function plain(x: unknown): unknown {
  if (ArrayBuffer.isView(x)) return [...(x as Float32Array)];
  if (x instanceof Error) return String(x);
  return isTensor(x) ? nested(x.shape, x.values) : x;
}

function nested(shape: readonly number[], values: readonly number[]): unknown {
  if (shape.length === 0) return values[0];
  const [length, ...rest] = shape;
  const size = values.length / Math.max(1, length);
  return Array.from({ length }, (_, i) => nested(rest, values.slice(i * size, (i + 1) * size)));
}

/** As JSON, with numbers that it has no words for. */
function written(x: unknown): string {
  if (Array.isArray(x)) return `[${x.map(written).join(',')}]`;
  return typeof x === 'number' ? String(x) : (JSON.stringify(x) ?? 'undefined');
}

function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
