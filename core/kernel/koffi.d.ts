/** What is used of koffi. Its own types are missing where npm has left it out, and the project is built there too. */
declare module 'koffi' {
  const koffi: {
    load(path: string): { func(declaration: 'int malloc_trim(size_t pad)'): (pad: number) => number };
  };
  export = koffi;
}
