import type { JSX } from 'preact';
import { type BotSummary, botName } from './wire.ts';

export type EmptyReason = 'loading' | 'unreachable' | 'no-bots' | 'none-chosen' | 'unknown' | 'not-running' | 'no-chat';

interface EmptyStateProps {
  readonly reason: EmptyReason;
  readonly tenantId: string | undefined;
  readonly bot: BotSummary | undefined;
  /** The server's words, where it gave any. */
  readonly detail: string | undefined;
}

/** What stands where the chat would be, and what to do about it. */
export function EmptyState({ reason, tenantId, bot, detail }: EmptyStateProps): JSX.Element {
  return <div class="empty">{content(reason, tenantId ?? '', bot, detail)}</div>;
}

function content(
  reason: EmptyReason,
  tenantId: string,
  bot: BotSummary | undefined,
  detail: string | undefined,
): JSX.Element {
  switch (reason) {
    case 'loading':
      return <p aria-busy="true">Asking for the bots…</p>;
    case 'unreachable':
      return (
        <>
          <h2>The server does not answer</h2>
          <p>{detail ?? 'Is it running? This page goes on by itself when it is back.'}</p>
        </>
      );
    case 'no-bots':
      return (
        <>
          <h2>No bots yet</h2>
          <p>A bot is a folder below bots/ with a bot.yaml. Make one, and it appears here:</p>
          <pre>
            <code>npx polyphon new my-bot</code>
          </pre>
        </>
      );
    case 'none-chosen':
      return (
        <>
          <h2>Choose a bot</h2>
          <p>Ask it something. Then edit its bot.yaml or a document, save, and ask again.</p>
        </>
      );
    case 'unknown':
      return (
        <>
          <h2>No bot is called {tenantId}</h2>
          <p>The folders below bots/ are listed on the side. One that begins with an underscore is a template.</p>
        </>
      );
    case 'not-running':
      return (
        <>
          <h2>{bot ? botName(bot) : tenantId} cannot start</h2>
          <p>
            Its definition has errors. They are listed with file and line; the bot starts when you save the correction.
          </p>
        </>
      );
    case 'no-chat':
      return (
        <>
          <h2>{bot ? botName(bot) : tenantId} has no web chat</h2>
          <p>Add a channel to bots/{tenantId}/bot.yaml, and talk to the bot here:</p>
          <pre>
            <code>{'channels:\n  web: { use: web-chat }'}</code>
          </pre>
        </>
      );
    default:
      return reason satisfies never;
  }
}
