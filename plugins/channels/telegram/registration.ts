import { PolyphonError, type WebhookRegistration, type WebhookState } from 'polyphon/plugin';
import type { BotApi } from './api.ts';
import { allowedUpdates } from './decode.ts';
import { toPolyphonError } from './failure.ts';
import { type Fields, fieldsOf, integerOf, listOf, textOf } from './fields.ts';
import { webhookPath } from './webhook.ts';
import { remedyOf } from './webhook-trouble.ts';

export interface RegistrationOptions {
  readonly api: BotApi;
  readonly secret: string;
  readonly mode: 'webhook' | 'polling';
  readonly maxConnections: number;
}

/** The bot's webhook at Telegram. Updates that wait there are kept: they are questions of people. */
export function registrationOf(options: RegistrationOptions): WebhookRegistration {
  const { api, secret, mode, maxConnections } = options;

  const info = async (signal: AbortSignal): Promise<WebhookState> => {
    const known = fieldsOf(await explained('getWebhookInfo', api.callUntyped('getWebhookInfo', {}, { signal })));
    return stateOf(known ?? {}, mode);
  };

  return {
    info,
    set: async (url, signal) => {
      if (mode === 'polling') {
        throw new PolyphonError(
          'TGM3202',
          'Telegram, setWebhook: this channel polls, and a webhook would stop it. Use `mode: webhook`, then set it.',
        );
      }
      const address = `${url.replace(/\/+$/, '')}/${webhookPath}`;
      if (!URL.canParse(address) || new URL(address).protocol !== 'https:') {
        throw new PolyphonError(
          'TGM3206',
          'Telegram, setWebhook: the address is not https. Give the public https address of this deployment.',
        );
      }
      await explained(
        'setWebhook',
        api.call(
          'setWebhook',
          {
            url: address,
            secret_token: secret,
            allowed_updates: [...allowedUpdates],
            max_connections: maxConnections,
            drop_pending_updates: false,
          },
          { signal },
        ),
      );
      return info(signal);
    },
    delete: async (signal) => {
      await explained('deleteWebhook', api.call('deleteWebhook', { drop_pending_updates: false }, { signal }));
      return info(signal);
    },
  };
}

async function explained<Result>(method: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw toPolyphonError(error, method);
  }
}

function stateOf(known: Fields, mode: RegistrationOptions['mode']): WebhookState {
  const url = textOf(known['url'], 2048);
  const pending = integerOf(known['pending_update_count']);
  const failedAt = integerOf(known['last_error_date']);
  const failure = textOf(known['last_error_message'], 500);
  const remedy = failedAt === undefined || failure === undefined ? undefined : remedyOf(failure);
  const address = textOf(known['ip_address'], 64);
  const connections = integerOf(known['max_connections']);
  const asked = listOf(known['allowed_updates']);
  const missing = allowedUpdates.filter((kind) => asked.length > 0 && !asked.includes(kind));
  const problems = [
    ...(mode === 'polling' && url !== undefined ? ['This channel polls, and the webhook stops it: delete it.'] : []),
    ...(missing.length === 0 ? [] : [`Not asked for: ${missing.join(', ')}. Set the webhook again.`]),
  ];
  return {
    url,
    ...(pending === undefined ? {} : { pending }),
    ...(failedAt === undefined
      ? {}
      : { lastError: { message: failure ?? 'unknown', at: new Date(failedAt * 1000).toISOString() } }),
    ...(problems.length === 0 ? {} : { problems }),
    notes: [
      ...(mode === 'polling' && url === undefined ? ['This channel polls; it needs no webhook.'] : []),
      ...(mode === 'webhook' && url === undefined ? ['No webhook is set: the bot hears nothing until one is.'] : []),
      ...(remedy === undefined ? [] : [remedy]),
      ...(address === undefined ? [] : [`Telegram sends to ${address}.`]),
      ...(connections === undefined ? [] : [`Up to ${connections} updates come at once.`]),
    ],
  };
}
