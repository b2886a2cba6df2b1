import { type Clock, PolyphonError, type WebhookRegistration, type WebhookState } from 'polyphon/plugin';
import type { GraphClient } from './graph-client.ts';
import { graphError, graphReason } from './graph-errors.ts';
import { type Fields, idOf, listOf, objectOf, textOf } from './loose-json.ts';
import type { WhatsappConfig } from './schema.ts';
import { reviewTemplates } from './template-review.ts';

export interface RegistrationOptions {
  readonly graph: GraphClient;
  readonly phoneNumberId: string;
  readonly wabaId: string | undefined;
  readonly verifyToken: string;
  readonly templates: WhatsappConfig['templates'];
  readonly defaultLanguage: string;
  readonly clock: Clock;
}

/** What Meta knows of this number, and what its owner has to enter where. Meta's dashboard sets the address; an account can override it. */
export function createRegistration(options: RegistrationOptions): WebhookRegistration {
  const { graph, phoneNumberId, wabaId, verifyToken, templates, defaultLanguage, clock } = options;

  return {
    set: async (url, signal) => {
      const callback = webhookOf(url);
      if (wabaId === undefined) return { url: undefined, notes: [...byHand(callback), withAccount] };
      const { ours } = await subscribedApps(signal);
      // Without a body this takes an address of the whole account away, which other numbers may hear by.
      const isSubscribed = ours.some((app) => idOf(app['override_callback_uri']) !== undefined);
      if (!isSubscribed) await ask('POST', `${wabaId}/subscribed_apps`, signal);
      const override = { override_callback_uri: callback, verify_token: verifyToken };
      await ask('POST', phoneNumberId, signal, { webhook_configuration: override });
      const { notes } = await numberInfo(signal);
      return {
        url: callback,
        notes: [
          'The app is subscribed to the business account, and updates of this number come to this address. Other numbers keep theirs.',
          ...notes,
        ],
      };
    },
    info: async (signal) => {
      const number = await numberInfo(signal);
      const apps = wabaId === undefined ? undefined : await subscribedApps(signal);
      const { notes: more, ...review } = await templateReview(signal);
      const { url } = number;
      const notes = [...number.notes, ...more];
      if (apps?.ours.length === 0) {
        const isDeaf =
          apps.others === 0
            ? 'No app is subscribed to the business account: set subscribes it.'
            : 'The app of accessToken is not subscribed to the business account, only others are: set subscribes it.';
        return { url: undefined, notes: [...notes, isDeaf], ...review };
      }
      if (url !== undefined) return { url, notes, ...review };
      return { url, asked: 'in-vain', notes: [...notes, ...byHand('<this channel>/webhook')], ...review };
    },
    delete: async (signal): Promise<WebhookState> => {
      if (wabaId === undefined) {
        return {
          url: undefined,
          notes: ['Remove the callback URL in the app’s dashboard: WhatsApp > Configuration > Webhook.'],
        };
      }
      // It would lead here again as soon as the app is subscribed anew, by whomever.
      await ask('POST', phoneNumberId, signal, { webhook_configuration: { override_callback_uri: '' } });
      const others = await otherNumbers(signal);
      if (others === 0) {
        await ask('DELETE', `${wabaId}/subscribed_apps`, signal);
        return {
          url: undefined,
          notes: ['The app is no longer subscribed to the business account, which has no other number.'],
        };
      }
      const { url } = await numberInfo(signal);
      const where =
        url === undefined ? 'to no address that Meta tells of' : `to ${url}, the address of the account or the app`;
      return {
        url,
        notes: [
          `This number has no address of its own any more. The app stays subscribed, because the business account has ${others === 1 ? 'another number' : `${others} other numbers`}: what people write to this one goes ${where}.`,
        ],
      };
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
      `WhatsApp registration: Meta refused (${reason}). ${nextStep(typeof code === 'number' ? code : undefined)}`,
      answer.status === 429 || answer.status >= 500 ? { retryAfterMs: answer.retryAfterMs ?? laterMs } : {},
    );
  }

  /** Which address Meta calls for this number: its own, else its account's, else the app's. */
  async function numberInfo(signal: AbortSignal): Promise<Pick<WebhookState, 'url' | 'notes'>> {
    const fields = 'display_phone_number,verified_name,quality_rating,name_status,webhook_configuration';
    const found = await ask('GET', `${phoneNumberId}?fields=${fields}`, signal);
    const number = textOf(found['display_phone_number'], 40) ?? 'unknown';
    const name = textOf(found['verified_name'], 200) ?? 'without a name';
    const addresses = objectOf(found['webhook_configuration']);
    const url = ['phone_number', 'whatsapp_business_account', 'application']
      .map((level) => idOf(addresses[level]))
      .find((address) => address !== undefined);
    return {
      url,
      notes: [`Number ${number}, ${name}; quality ${textOf(found['quality_rating'], 40) ?? 'not rated'}.`],
    };
  }

  /** That they cannot be read keeps nothing from going out. */
  async function templateReview(signal: AbortSignal): Promise<Pick<WebhookState, 'notes' | 'outgoingProblems'>> {
    const count = Object.keys(templates).length;
    if (count === 0) return { notes: [] };
    if (wabaId === undefined)
      return { notes: ['With wabaId it is asked too whether Meta has approved the templates.'] };
    using patience = clock.deadline(reviewMs, signal);
    try {
      const named = (name: string) => templatesNamed(name, patience.signal);
      const outgoingProblems = await reviewTemplates({ templates, defaultLanguage, named });
      if (outgoingProblems.length > 0) return { notes: [], outgoingProblems };
      return {
        notes: [`Meta has approved ${count === 1 ? 'the template' : `all ${count} templates`} of this channel.`],
      };
    } catch (error) {
      signal.throwIfAborted();
      const why = error instanceof PolyphonError ? error.message : 'Meta did not answer in time.';
      return { notes: [`Whether Meta has approved the templates could not be asked: ${why}`] };
    }
  }

  async function templatesNamed(name: string, signal: AbortSignal): Promise<readonly Fields[]> {
    const found: Fields[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < maxPages; pages += 1) {
      const query = new URLSearchParams({ name, fields: 'name,language,status,components', limit: String(pageLength) });
      if (after !== undefined) query.set('after', after);
      const { data, paging } = await ask('GET', `${wabaId}/message_templates?${query}`, signal);
      found.push(...listOf(data).map(objectOf));
      const { next, cursors } = objectOf(paging);
      after = idOf(objectOf(cursors)['after']);
      if (next === undefined || after === undefined) break;
    }
    return found;
  }

  /** Other vendors' apps may be subscribed too. Where Meta does not say which is ours, all pass for it. */
  async function subscribedApps(
    signal: AbortSignal,
  ): Promise<{ readonly ours: readonly Fields[]; readonly others: number }> {
    const { data } = await ask('GET', `${wabaId}/subscribed_apps`, signal);
    const apps = listOf(data).map(objectOf);
    const own = apps.length === 0 ? undefined : await ownApp(signal);
    const ours = apps.filter(
      (app) => own === undefined || idOf(objectOf(app['whatsapp_business_api_data'])['id']) === own,
    );
    return { ours, others: apps.length - ours.length };
  }

  /** The app that the token is of (https://developers.facebook.com/docs/graph-api/reference/application). */
  async function ownApp(signal: AbortSignal): Promise<string | undefined> {
    try {
      return idOf((await ask('GET', 'app?fields=id', signal))['id']);
    } catch (error) {
      if (error instanceof PolyphonError && error.code === 'WAP3303') return undefined;
      throw error;
    }
  }

  async function otherNumbers(signal: AbortSignal): Promise<number> {
    const { data } = await ask('GET', `${wabaId}/phone_numbers?fields=id&limit=100`, signal);
    return listOf(data).filter((entry) => idOf(objectOf(entry)['id']) !== phoneNumberId).length;
  }
}

/** What else is known must not wait for it. */
const reviewMs = 4_000;
/** A template takes a kilobyte or two in each language. */
const pageLength = 25;
const maxPages = 40;
/** Of a fault of Meta's own: not what we asked is wrong. */
const laterMs = 1_000;
const withAccount = 'With wabaId in the channel’s configuration this command subscribes the app by itself.';

function nextStep(code: number | undefined): string {
  switch (code === undefined ? undefined : graphError(code).name) {
    case 'access-token-invalid':
      return 'The token has ended, was withdrawn or is not whole: make a new one of a system user, as the README of the channel says, and put it behind accessToken.';
    case 'callback-not-verified':
      return 'Meta asked the address and did not get its challenge back: start the server, see that the address leads to it from outside, and that it runs with the same verifyToken.';
    default:
      return 'Check phoneNumberId, wabaId and the rights of accessToken.';
  }
}

function webhookOf(url: string): string {
  return `${url.replace(/\/+$/, '')}/webhook`;
}

function byHand(callback: string): readonly string[] {
  return [
    `In the app’s dashboard at developers.facebook.com open WhatsApp > Configuration > Webhook and enter ${callback} as callback URL.`,
    'Enter the text of verifyToken as verify token, and subscribe to the field messages.',
  ];
}
