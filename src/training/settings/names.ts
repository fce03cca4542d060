/** What settings are called elsewhere. */

/** `nEmbd` as the command line has it: `n-embd`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `nEmbd` as nanoGPT and the released code have it: `n_embd`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
