/** How Vite builds the page. */
import { defineConfig } from 'vite';

export default defineConfig({
  // 'spheregrad' is the source beside this folder, as tsconfig.json says; where it is installed, this line can go.
  resolve: { tsconfigPaths: true },
  build: { target: 'es2022' }, // for await outside of functions
});
