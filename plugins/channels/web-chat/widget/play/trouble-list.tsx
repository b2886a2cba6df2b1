import type { JSX } from 'preact';
import type { BotSummary } from './wire.ts';

interface Trouble {
  readonly where: string;
  readonly code: string;
  readonly detail: string;
}

/** What fails while the bot serves: documents that cannot be read, channels that hear nothing. */
export function troublesOf({ unread = [], channels }: BotSummary): readonly Trouble[] {
  return [
    ...unread.map(({ source, document, code, message }) => ({
      where: `${source}: ${document}`,
      code,
      detail: message,
    })),
    ...channels.flatMap(({ key, failure }) =>
      failure === undefined ? [] : [{ where: `channels.${key}`, code: failure.code, detail: failure.detail }],
    ),
  ];
}

export function TroubleList({ troubles }: { readonly troubles: readonly Trouble[] }): JSX.Element {
  return (
    <ul class="problems">
      {troubles.map(({ where, code, detail }) => (
        <li key={`${code} ${where}`} data-severity="warning">
          <p class="what">
            <span class="severity">warning</span> <code>{code}</code> {detail}
          </p>
          <p class="where">
            <code>{where}</code>
          </p>
        </li>
      ))}
    </ul>
  );
}
