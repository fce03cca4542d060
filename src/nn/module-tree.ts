/** A module as text: the tree of what it registered. */
import { formatShape, type Tensor } from '../tensor/index.js';
import { Parameter } from './parameter.js';

/** A module's class and what it registered, in order. */
export interface Tree {
  readonly type: string;
  readonly children: readonly (readonly [name: string, child: Tree | Tensor])[];
}

/** Modules of tensors only stand on one line up to this length. */
const LINE_WIDTH = 60;

/** The tree as PyTorch prints it, with names, shapes and, last, the number of trained values. */
export function formatTree(tree: Tree): string {
  const firstNames = firstNamesOf(tree);
  const parameters = [...firstNames.keys()].filter((tensor) => tensor instanceof Parameter);
  const count = parameters.reduce((sum, { size }) => sum + size, 0);
  return `${formatModule(tree, '', firstNames)}, ${count.toLocaleString('en-US')} parameters`;
}

/** Every tensor with the first of its full names. */
function firstNamesOf(tree: Tree): Map<Tensor, string> {
  const names = new Map<Tensor, string>();
  const visit = ({ children }: Tree, path: string): void => {
    for (const [name, child] of children) {
      const full = joined(path, name);
      if ('children' in child) visit(child, full);
      else if (!names.has(child)) names.set(child, full);
    }
  };
  visit(tree, '');
  return names;
}

/** The names below the empty one stand directly under `path`. */
export function joined(path: string, name: string): string {
  return path === '' || name === '' ? path + name : `${path}.${name}`;
}

function formatModule(tree: Tree, path: string, firstNames: ReadonlyMap<Tensor, string>): string {
  const lines = folded(
    tree.children.map(([name, child]) => {
      const full = joined(path, name);
      if ('children' in child) return { name, text: formatModule(child, full, firstNames), isModule: true };
      const first = firstNames.get(child);
      return { name, text: formatTensor(child, first === full ? null : (first ?? null)), isModule: false };
    }),
  );
  const oneLine = `${tree.type}(${lines.join(', ')})`;
  const hasModules = tree.children.some(([, child]) => 'children' in child);
  if (!hasModules && oneLine.length <= LINE_WIDTH) return oneLine;
  return `${tree.type}(${lines.map((line) => `\n  ${line.replaceAll('\n', '\n  ')}`).join('')}\n)`;
}

/** `sharedWith`: the name under which it stood before. */
function formatTensor(tensor: Tensor, sharedWith: string | null): string {
  const dtype = tensor.dtype === 'float32' ? '' : ` ${tensor.dtype}`;
  const kind = tensor instanceof Parameter ? '' : ' buffer';
  const remark = tensor.remark === null ? '' : ` ${tensor.remark}`;
  const shared = sharedWith === null ? '' : ` = ${sharedWith}`;
  const disposed = tensor.isDisposed ? ' disposed' : '';
  return formatShape(tensor.shape) + dtype + kind + remark + shared + disposed;
}

interface Line {
  readonly name: string;
  readonly text: string;
  readonly isModule: boolean;
}

/** One line each, but neighbours that are alike, such as the blocks h.0, h.1, … of a model, together in one. */
function folded(lines: readonly Line[]): string[] {
  const folded: string[] = [];
  for (let start = 0, end = 0; start < lines.length; start = end) {
    const { name, text, isModule } = lines[start];
    for (end = start + 1; end < lines.length && continues(lines[end - 1], lines[end]); ) end++;
    const range = end - start > 1 ? `${name}-${numberOf(lines[end - 1].name)}` : name;
    const times = end - start > 1 ? `${end - start} × ` : '';
    if (!isModule) folded.push(`${range}: ${times}${text}`);
    else folded.push(range === '' ? text : `(${range}): ${times}${text}`);
  }
  return folded;
}

function continues(before: Line, after: Line): boolean {
  const number = numberOf(before.name);
  if (number === null || before.text !== after.text || before.isModule !== after.isModule) return false;
  return after.name === before.name.replace(/\d+$/, String(number + 1));
}

/** The number that a name ends in. */
function numberOf(name: string): number | null {
  const [digits] = name.match(/\d+$/) ?? [];
  return digits === undefined ? null : Number(digits);
}
