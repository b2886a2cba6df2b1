/** Letters to people who work with a bot. */
export interface Mail {
  /** Never throws: a mail server that cannot be reached is an outcome. */
  send(letter: Letter, signal: AbortSignal): Promise<MailOutcome>;
}

export interface Letter {
  /** The same each time it is tried; a reader's program shows the letter once. */
  readonly id: string;
  /** One address, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type MailOutcome =
  | { readonly status: 'sent' }
  /** `refused`: it would be so at every try. */
  | { readonly status: 'refused' | 'failed'; readonly reason: string };
