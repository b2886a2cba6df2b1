import { type ErrorCode, PolyphonError } from '../contract/index.ts';

/** What the process says when it ends. Scripts rely on these numbers. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  changes: 2,
  usage: 64,
  invalid: 65,
  unavailable: 69,
  testsFailed: 100,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byCode: Partial<Record<ErrorCode, ExitCode>> = {
  CLI9001: exitCodes.usage,
  CLI9002: exitCodes.usage,
  CLI9003: exitCodes.unavailable,
  CLI9004: exitCodes.invalid,
  CLI9005: exitCodes.usage,
  CLI9006: exitCodes.usage,
  CLI9007: exitCodes.usage,
  CLI9008: exitCodes.invalid,
  CLI9009: exitCodes.usage,
  CNV5001: exitCodes.usage,
  CNV5009: exitCodes.usage,
  TEN2101: exitCodes.usage,
  TEN2102: exitCodes.invalid,
  TEN2103: exitCodes.usage,
  PLG2001: exitCodes.unavailable,
  PLG2002: exitCodes.unavailable,
  PLG2003: exitCodes.unavailable,
  PLG2006: exitCodes.unavailable,
};

/** The number for an error: its own, or that of its family, or plain failure. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof PolyphonError)) return exitCodes.failure;
  const own = byCode[error.code];
  if (own !== undefined) return own;
  if (error.code.startsWith('BOT')) return exitCodes.invalid;
  if (error.code.startsWith('STO') || error.code.startsWith('NET')) return exitCodes.unavailable;
  return exitCodes.failure;
}
