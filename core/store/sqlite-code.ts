/** As in `SQLITE_FULL`, or of the system, as in `EIO`; empty where an error has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
