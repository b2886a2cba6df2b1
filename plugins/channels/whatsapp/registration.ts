import { PolyphonError, type WebhookRegistration, type WebhookState } from 'polyphon/plugin';
import type { GraphClient } from './graph-client.ts';
import { graphReason } from './graph-errors.ts';
import { idOf, listOf, objectOf, textOf } from './loose-json.ts';

export interface RegistrationOptions {
  readonly graph: GraphClient;
  readonly phoneNumberId: string;
  readonly wabaId: string | undefined;
  readonly verifyToken: string;
}

/** What Meta knows of this number, and what its owner has to enter where. Meta's dashboard sets the address; an account can override it. */
export function createRegistration(options: RegistrationOptions): WebhookRegistration {
  const { graph, phoneNumberId, wabaId, verifyToken } = options;

  return {
    set: async (url, signal) => {
      const callback = webhookOf(url);
      if (wabaId === undefined) return { url: undefined, notes: [...byHand(callback), withAccount] };
      const body = { override_callback_uri: callback, verify_token: verifyToken };
      await ask('POST', `${wabaId}/subscribed_apps`, signal, body);
      return {
        url: callback,
        notes: [
          'The app is subscribed to the business account, and updates of its numbers come to this address.',
          ...(await numberNotes(signal)),
        ],
      };
    },
    info: async (signal) => {
      const notes = await numberNotes(signal);
      const apps = wabaId === undefined ? undefined : await subscribedApps(signal);
      if (apps?.length === 0) {
        return {
          url: undefined,
          notes: [...notes, 'No app is subscribed to the business account: set subscribes it.'],
        };
      }
      const url = apps?.map((app) => idOf(app['override_callback_uri'])).find((address) => address !== undefined);
      if (url !== undefined) return { url, notes };
      // The app's own address, which only its dashboard shows.
      return { url, asked: 'in-vain', notes: [...notes, ...byHand('<this channel>/webhook')] };
    },
    delete: async (signal): Promise<WebhookState> => {
      if (wabaId === undefined) {
        return {
          url: undefined,
          notes: ['Remove the callback URL in the app’s dashboard: WhatsApp > Configuration > Webhook.'],
        };
      }
      await ask('DELETE', `${wabaId}/subscribed_apps`, signal);
      return { url: undefined, notes: ['The app is no longer subscribed to the business account.'] };
    },
  };

  async function ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    signal: AbortSignal,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const answer = await graph.call(method, path, { signal, ...(body === undefined ? {} : { body }) });
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const { code } = objectOf(answer.body['error']);
    const reason = typeof code === 'number' ? graphReason(code) : `status ${answer.status}`;
    throw new PolyphonError(
      'WAP3303',
      `WhatsApp registration: Meta refused (${reason}). Check phoneNumberId, wabaId and the rights of accessToken.`,
      answer.status === 429 || answer.status >= 500 ? { retryAfterMs: answer.retryAfterMs ?? laterMs } : {},
    );
  }

  async function numberNotes(signal: AbortSignal): Promise<readonly string[]> {
    const fields = 'display_phone_number,verified_name,quality_rating,name_status';
    const found = await ask('GET', `${phoneNumberId}?fields=${fields}`, signal);
    const number = textOf(found['display_phone_number'], 40) ?? 'unknown';
    const name = textOf(found['verified_name'], 200) ?? 'without a name';
    return [`Number ${number}, ${name}; quality ${textOf(found['quality_rating'], 40) ?? 'not rated'}.`];
  }

  async function subscribedApps(signal: AbortSignal) {
    const { data } = await ask('GET', `${wabaId}/subscribed_apps`, signal);
    return listOf(data).map(objectOf);
  }
}

/** Of a fault of Meta's own: not what we asked is wrong. */
const laterMs = 1_000;
const withAccount = 'With wabaId in the channel’s configuration this command subscribes the app by itself.';

function webhookOf(url: string): string {
  return `${url.replace(/\/+$/, '')}/webhook`;
}

function byHand(callback: string): readonly string[] {
  return [
    `In the app’s dashboard at developers.facebook.com open WhatsApp > Configuration > Webhook and enter ${callback} as callback URL.`,
    'Enter the text of verifyToken as verify token, and subscribe to the field messages.',
  ];
}
