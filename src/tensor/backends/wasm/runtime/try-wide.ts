/** Whether `auto` tries the wide build. In a file of its own, so that saying so loads no kernels. */

let allowed = false;

/**
 * Lets backends that are made from now on measure once whether the wide build is faster here, and take it if so. Worth
 * the few milliseconds only where V8 was told to pair vectors: `allowFastSimd` of training does both.
 */
export function tryWide(): void {
  allowed = true;
}

export function mayTryWide(): boolean {
  return allowed;
}
