/** Vite turns these imports into text, or into a style sheet beside the script. */
declare module '*.css?inline' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the shape that Vite gives such a module
  export default text;
}
declare module '*.css';
