import { PolyphonError } from '../../contract/index.ts';

/** What the plugin says itself has the remedy; that it did not open does not. */
export function reasonOf(thrown: unknown): PolyphonError | undefined {
  if (!(thrown instanceof PolyphonError)) return undefined;
  const { cause } = thrown;
  return thrown.code === 'PLG2006' && cause instanceof PolyphonError && cause.code !== 'PLG2006' ? cause : thrown;
}

/** A bot that does not come up is told by the check of the definitions. */
export function isBotDown(thrown: unknown): boolean {
  return thrown instanceof PolyphonError && thrown.code === 'TEN2102';
}
