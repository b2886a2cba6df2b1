import { PolyphonError } from '../../contract/index.ts';

/** An error as the turn's trace and events name it. */
export function failureOf(error: unknown, where: string): PolyphonError {
  if (error instanceof PolyphonError) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError') return tooLate(where);
  return new PolyphonError('CNV5005', `${where}: it failed. The log has the cause.`, { cause: error });
}

export function tooLate(where: string): PolyphonError {
  return new PolyphonError(
    'CNV5006',
    `${where}: the time for the whole answer is over. Raise \`llm.deadline.total\` in bot.yaml.`,
  );
}
