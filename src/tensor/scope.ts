/**
 * Scopes, at whose end all is freed that was made in them and not returned.
 * Explained in docs/learn/00-first-tensor.md.
 */
import { requireCallback } from './checks/callback.js';
import { described } from './checks/describe.js';
import { ArgumentError } from './errors.js';

/** What a scope owns: tensors, of which it need not know more. */
interface Owned {
  kept: boolean;
  dispose(): void;
}

let active: Owned[] | null = null;

/** Called by every tensor at birth: the innermost scope owns it. */
export function track(tensor: Owned): void {
  active?.push(tensor);
}

/**
 * Runs `f` and frees every tensor made inside it that it does not return (in arrays and plain objects too) and
 * that was not kept with `keep`. Scopes nest: what an inner scope returns belongs to the outer one. tfjs users
 * know it as `tidy`. `f` must be synchronous; a promise would outlive the scope.
 * @example
 * const norm = scope(() => tensor([3, 4]).square().sum().sqrt()); // 5
 * norm.dispose(); // all that was made on the way is freed already
 */
export function scope<T>(f: () => T): T {
  requireCallback('scope', f);
  const outer = active;
  const made: Owned[] = [];
  active = made;
  let result: T | undefined;
  try {
    result = f();
    if (result instanceof Promise)
      throw new ArgumentError('scope: the function must be synchronous, it returned a promise');
    return result;
  } finally {
    active = outer;
    if (made.length > 0) leave(made, result, outer);
  }
}

/** Frees what was `made`, save what was kept and what is in `result`, which belongs to the `outer` scope now. */
function leave(made: readonly Owned[], result: unknown, outer: Owned[] | null): void {
  const several = isContainer(result) ? tensorsIn(result) : null;
  for (const tensor of made) {
    if (tensor.kept) continue;
    if (several === null ? tensor === result : several.has(tensor)) outer?.push(tensor);
    else tensor.dispose();
  }
}

/**
 * Takes `tensor` out of every scope: it lives until `dispose`.
 * @example
 * let weights = tensor([0]);
 * scope(() => {
 *   weights = keep(tensor([1, 2]));
 * });
 * weights // [1, 2]
 */
export function keep<T extends Owned>(tensor: T): T {
  if (typeof tensor?.dispose !== 'function')
    throw new ArgumentError(`keep: wants a tensor, got ${described(tensor)}`);
  tensor.kept = true;
  return tensor;
}

/** Runs `f` outside every scope, so that nothing it makes is freed by them. */
export function outsideScopes<T>(f: () => T): T {
  requireCallback('outsideScopes', f);
  const outer = active;
  active = null;
  try {
    return f();
  } finally {
    active = outer;
  }
}

/** Tensors are found in arrays and plain objects. */
function isContainer(value: unknown): value is object {
  if (value === null || typeof value !== 'object') return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

/** What a container holds, at any depth. */
function tensorsIn(container: object): Set<unknown> {
  const found = new Set<unknown>();
  const pending = [container];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const value of Array.isArray(next) ? next : Object.values(next)) {
      if (found.has(value)) continue;
      found.add(value);
      if (isContainer(value)) pending.push(value);
    }
  }
  return found;
}
