/**
 * What the building thread is told, in this order: begin, pages, finish, and stop at any moment. It answers each page with `added` and
 * the end with `saved`.
 */
export type BuildOrder =
  | {
      readonly kind: 'begin';
      readonly dimensions: number;
      readonly places: number;
      /** A checked index file to go on from. */
      readonly from?: string;
    }
  /** Vectors one after the other in the order of the labels. */
  | { readonly kind: 'page'; readonly labels: readonly number[]; readonly vectors: Float32Array }
  | { readonly kind: 'finish'; readonly gone: readonly number[]; readonly path: string }
  /** The thread ends when what it is doing is done, and does nothing more. */
  | { readonly kind: 'stop' };

export type BuildAnswer =
  | { readonly kind: 'added' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'failed'; readonly reason: string };
