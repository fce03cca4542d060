/** A step of training in slow motion: how many buffers there are at five points of it. */
import { liveBuffers, scope, tensor } from '../../src/index.js';

/** The points, in order. */
export const POINTS = [
  'inputs made',
  'y computed',
  'loss computed',
  'backward done',
  'y and loss disposed',
] as const;

/** How many buffers this function's tensors, and what the tape keeps of them, hold at each point. */
export function fivePoints(): number[] {
  const before = liveBuffers();
  const counts: number[] = [];
  const count = () => counts.push(liveBuffers() - before);

  const x = tensor([0.5, -1, 2]);
  const w = tensor([1, 2, 3]).setRequiresGrad();
  count();
  const y = scope(() => w.mul(x).tanh());
  count();
  const loss = scope(() => y.add(1).square().sum());
  count();
  loss.backward();
  count();
  y.dispose();
  loss.dispose();
  count();

  for (const each of [x, w]) each.dispose();
  if (liveBuffers() !== before) throw new Error('something was left behind');
  return counts;
}
