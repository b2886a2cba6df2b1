import { type ErrorCode, PolyphonError } from '../contract/index.ts';

/** Looks something up by the id that was typed; where there is none, the error names the command that lists the ids. */
export async function knownOnly<Value>(lookup: Promise<Value>, code: ErrorCode, message: string): Promise<Value> {
  try {
    return await lookup;
  } catch (error) {
    if (error instanceof PolyphonError && error.code === code) throw new PolyphonError(code, message, { cause: error });
    throw error;
  }
}
