/** Made by `site/build/reader-modules.ts`. */
declare module 'virtual:reader-modules' {
  type Module = Readonly<Record<string, unknown>>;
  export const modules: Readonly<Record<string, () => Promise<Module>>>;
}
