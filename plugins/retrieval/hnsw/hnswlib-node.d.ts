/**
 * What is used of hnswlib-node. Its own types go with it where it cannot be built, and the project is built there too: npm takes
 * an optional package away whole.
 */
declare module 'hnswlib-node' {
  export class HierarchicalNSW {
    constructor(space: 'l2' | 'ip' | 'cosine', dimensions: number);
    initIndex(options: { readonly maxElements: number; readonly m: number; readonly efConstruction: number }): void;
    readIndex(path: string): Promise<boolean>;
    readIndexSync(path: string): void;
    writeIndex(path: string): Promise<boolean>;
    writeIndexSync(path: string): void;
    resizeIndex(maxElements: number): void;
    addPoint(point: number[], label: number): void;
    markDelete(label: number): void;
    searchKnn(point: number[], limit: number): { neighbors: number[]; distances: number[] };
    getMaxElements(): number;
    getCurrentCount(): number;
    getNumDimensions(): number;
    setEf(effort: number): void;
  }
}
