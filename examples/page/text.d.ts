/** What Vite makes of an import that ends in `?raw`: the text of the file. */

declare module '*?raw' {
  const text: string;
  export default text;
}
