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
 */
export function scope<T>(f: () => T): T {
  const outer = active;
  const made: Owned[] = [];
  active = made;
  let result: T | undefined;
  try {
    result = f();
    if (result instanceof Promise)
      throw new TypeError('scope: the function must be synchronous, it returned a promise');
    return result;
  } finally {
    active = outer;
    const returned = new Set<unknown>();
    collect(result, returned);
    for (const tensor of made) {
      if (tensor.kept) continue;
      if (returned.has(tensor)) outer?.push(tensor);
      else tensor.dispose();
    }
  }
}

/** Takes `tensor` out of every scope: it lives until `dispose`. */
export function keep<T extends Owned>(tensor: T): T {
  tensor.kept = true;
  return tensor;
}

/** Runs `f` outside every scope, so that nothing it makes is freed by them. */
export function outsideScopes<T>(f: () => T): T {
  const outer = active;
  active = null;
  try {
    return f();
  } finally {
    active = outer;
  }
}

/** Tensors are found in arrays and plain objects. */
function collect(value: unknown, found: Set<unknown>): void {
  if (value === null || typeof value !== 'object' || found.has(value)) return;
  found.add(value);
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) collect(item, found);
  }
}
