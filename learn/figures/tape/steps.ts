/** What has happened on a tape after so many steps: first the ops run, then 1 is set at the end, then the rules run. */
import { shown, shownTensor } from '../base/numbers.js';
import { LOCAL } from './derivatives.js';
import type { BackwardStep, Recording, TapeNode, Values } from './record.js';

export type Phase =
  | { readonly kind: 'start' }
  | { readonly kind: 'forward'; readonly node: number }
  | { readonly kind: 'seed' }
  | { readonly kind: 'backward'; readonly at: BackwardStep }
  | { readonly kind: 'done' };

export function lastStep({ forward, backward }: Recording): number {
  return forward.length + backward.length + 2;
}

export function phaseAt({ forward, backward }: Recording, step: number): Phase {
  if (step === 0) return { kind: 'start' };
  if (step <= forward.length) return { kind: 'forward', node: forward[step - 1] };
  if (step === forward.length + 1) return { kind: 'seed' };
  const at = backward[step - forward.length - 2];
  return at === undefined ? { kind: 'done' } : { kind: 'backward', at };
}

/** The ops that have run. */
export function recordedAt({ forward }: Recording, step: number): ReadonlySet<number> {
  return new Set(forward.slice(0, step));
}

/** The rules that have run. */
export function passedAt({ forward, backward }: Recording, step: number): readonly BackwardStep[] {
  return backward.slice(0, Math.max(0, step - forward.length - 1));
}

/** The gradients that have come to a node, not yet added up. */
export function partsAt(recording: Recording, step: number, node: number): readonly Values[] {
  const { forward, root, nodes } = recording;
  const seed = node === root && step > forward.length ? [onesOf(nodes[root].value)] : [];
  const parts = passedAt(recording, step).flatMap((passed) => passed.parts.filter(({ to }) => to === node));
  return [...seed, ...parts.map(({ part }) => part)];
}

export function onesOf({ shape, values }: Values): Values {
  return { shape, values: values.map(() => 1) };
}

export function added(parts: readonly Values[]): Values | null {
  if (parts.length === 0) return null;
  const [{ shape, values }] = parts;
  return { shape, values: values.map((_, i) => parts.reduce((sum, part) => sum + part.values[i], 0)) };
}

const MOST_LETTERS = 22;

/** Numbers if they are short, with fewer digits if that helps, else the shape. */
export function short({ shape, values }: Values): string {
  const written = [shownTensor(values, shape), shownTensor(values, shape, 2)];
  const fitting = written.find(({ length }) => length <= MOST_LETTERS);
  return fitting ?? `shape [${shape.join(', ')}]`;
}

/** What a node is called: `x`, `mul`, `a = mul`. */
export function titleOf({ op, name, attributes }: TapeNode): string {
  if (op === null) return name ?? 'input';
  const called = op === 'affine' ? affineWords(attributes) : op;
  return name === null ? called : `${name} = ${called}`;
}

function affineWords({ scale, shift }: TapeNode['attributes']): string {
  const [factor, added] = [Number(scale), Number(shift)];
  const product = factor === 1 ? 'a' : `${shown(factor)} a`;
  if (added === 0) return product;
  return `${product} ${added < 0 ? '−' : '+'} ${shown(Math.abs(added))}`;
}

/** A sentence or two about what the last step did. */
export function sentence(recording: Recording, step: number): string {
  const phase = phaseAt(recording, step);
  if (phase.kind === 'start') {
    const leaves = recording.nodes.filter(({ op }) => op === null);
    return `The inputs: ${leaves.map(({ name, value }) => `${name} = ${short(value)}`).join(', ')}. No op has run, and nothing is recorded.`;
  }
  if (phase.kind === 'forward') return forwardSentence(recording, phase.node);
  if (phase.kind === 'seed') return seedSentence(recording);
  return phase.kind === 'done' ? doneSentence(recording) : backwardSentence(recording, step, phase.at);
}

function doneSentence({ nodes, gradients }: Recording): string {
  const found = nodes.flatMap(({ op, name }, id) => {
    const gradient = gradients[id];
    return op === null && gradient !== null ? [`${name}.grad = ${short(gradient)}`] : [];
  });
  return `Done: ${found.join(', ')}. The result changes by that much per unit of change in an input, for small changes.`;
}

function forwardSentence({ nodes }: Recording, id: number): string {
  const node = nodes[id];
  const kept = { inputs: 'its inputs', output: 'its output', nothing: 'no values' }[node.keeps];
  return `Forward: ${titleOf(node)} gives ${short(node.value)}. The tape gets a node that knows where its inputs came from, and keeps ${kept} for the derivative.`;
}

function seedSentence({ nodes, root }: Recording): string {
  const single = nodes[root].value.values.length === 1;
  return single
    ? 'Backward begins at the result L, with ∂L/∂L = 1.'
    : 'Backward begins at the result, with 1 for each of its elements, as if they were summed.';
}

function backwardSentence(
  recording: Recording,
  step: number,
  { node, gradient, parts }: BackwardStep,
): string {
  const { nodes } = recording;
  const passes = parts.map(({ input, to, local, part }) => {
    const by = derivativeWords(nodes[node], input, local);
    return `to ${placeOf(nodes, to)} ${short(part)}${by === '' ? '' : ` = ${short(gradient)} × ${by}`}`;
  });
  const sums = [...new Set(parts.map(({ to }) => to))].flatMap((to) => {
    const all = partsAt(recording, step, to);
    const sum = added(all);
    if (all.length < 2 || sum === null) return [];
    return [` ${placeOf(nodes, to)} was used more than once: its gradients add up to ${short(sum)}.`];
  });
  return `Backward: ${titleOf(nodes[node])} has its whole gradient, ${short(gradient)}, and passes back ${passes.join(', ')}.${sums.join('')}`;
}

/** `1 − y² (0.42)`, or nothing where a rule is more than a factor. */
function derivativeWords({ op, attributes }: TapeNode, input: number, local: Values): string {
  if (op === 'affine')
    return short(local.values.length === 1 ? local : { shape: [], values: [Number(attributes.scale)] });
  const known = LOCAL[op ?? '']?.[input];
  if (known === undefined || local.values.length > 1) return '';
  const value = short(local);
  return known.words === value ? value : `${value}, which is ${known.words}`;
}

function placeOf(nodes: readonly TapeNode[], id: number): string {
  return titleOf(nodes[id]);
}
