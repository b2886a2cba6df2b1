/** What one document may cost. Each stops a file that was made to hurt, far above what people write. */
export interface ExtractLimits {
  readonly timeoutMs: number;
  /** Of the worker that reads it. */
  readonly memoryMb: number;
  readonly maxBytes: number;
  readonly maxTextLength: number;
  readonly maxPages: number;
  readonly maxRows: number;
  /** Of a zip (docx), unpacked. */
  readonly maxUnpackedBytes: number;
  readonly maxZipEntries: number;
}

export const extractLimits: ExtractLimits = {
  timeoutMs: 10_000,
  memoryMb: 192,
  maxBytes: 32 * 1024 * 1024,
  maxTextLength: 5_000_000,
  maxPages: 2000,
  maxRows: 50_000,
  maxUnpackedBytes: 64 * 1024 * 1024,
  maxZipEntries: 2000,
};
