/** What a run of a sweep is, and how its name says so. */
import type { RunSpec } from '../runs/run.js';

/**
 * What a sweep is over. νGPT (arXiv:2604.27077) has a rule for each, so that the best learning rate, or the best first α,
 * is the same at all sizes.
 */
export const AXES = ['width', 'depth'] as const;
export type Axis = (typeof AXES)[number];

/** Runs that differ in the swept value only. */
export interface Line {
  readonly axis: Axis;
  /** n-embd, or n-layer. */
  readonly size: number;
  /** The size at which values are tuned, with the rules; null without them. */
  readonly tunedAt: number | null;
}

/** A run of a line; `alpha` is null where learning rates are swept. */
export interface SweptPlace extends Line {
  readonly alpha: number | null;
}

/** `width-128-from-32` is carried over from a width of 32, `width-128` as it is; `depth-8-from-2-alpha0.1` has its α too. */
export function variantOf({ axis, size, tunedAt, alpha }: SweptPlace): string {
  const from = tunedAt === null ? '' : `-from-${tunedAt}`;
  return `${axis}-${size}${from}${alpha === null ? '' : `-alpha${alpha}`}`;
}

const VARIANT = /^(width|depth)-(\d+)(?:-from-(\d+))?(?:-alpha(\d\S*))?$/;

/** Null for a run that is of no sweep. */
export function placeOf({ variant }: Pick<RunSpec, 'variant'>): SweptPlace | null {
  const found = VARIANT.exec(variant ?? '');
  if (found === null) return null;
  const [, axis, size, tunedAt, alpha] = found;
  const number = (text: string | undefined) => (text === undefined ? null : Number(text));
  return { axis: axis as Axis, size: Number(size), tunedAt: number(tunedAt), alpha: number(alpha) };
}
