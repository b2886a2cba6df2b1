/** What became of the vectors of another embedding. */
export interface ReembeddingReport {
  /** How many were made for chunks that were there before. */
  readonly made: number;
  /** How many are lacking; the embedding before goes on serving while there are any. */
  readonly missing: number;
  /** Why, of the first that could not be made. */
  readonly error?: { readonly code: string; readonly message: string };
}
