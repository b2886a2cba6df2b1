import { type Clock, PolyphonError, type WebhookRegistration, type WebhookState } from 'polyphon/plugin';
import { AccountSubscription } from './account-subscription.ts';
import type { GraphClient } from './graph-client.ts';
import { type Fields, idOf, listOf, objectOf, textOf } from './loose-json.ts';
import { registrationCall } from './registration-call.ts';
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

/** What Meta knows of this number, and what its owner has to enter where. Meta's dashboard sets the address; a number can override it. */
export function createRegistration(options: RegistrationOptions): WebhookRegistration {
  const { graph, phoneNumberId, wabaId, verifyToken, templates, defaultLanguage, clock } = options;
  const ask = registrationCall(graph);
  const account = wabaId === undefined ? undefined : new AccountSubscription(ask, wabaId);

  return {
    set: async (url, signal) => {
      const callback = webhookOf(url);
      if (account === undefined) return { url: undefined, notes: [...byHand(callback), withAccount] };
      const { own, hasAddress, others } = await account.look(signal);
      // Where it is not known which app is ours, an address of the whole account may be: it is not taken away.
      if (own === 'not-subscribed' || (own === 'unknown' && !hasAddress)) await account.begin(signal);
      await override(callback, signal);
      const { notes } = await numberInfo(signal);
      return {
        url: callback,
        notes: [
          'The app is subscribed to the business account, and updates of this number come to this address. Other numbers keep theirs.',
          ...alsoHeardBy(others),
          ...notes,
        ],
      };
    },
    info: async (signal) => {
      const number = await numberInfo(signal);
      const subscriptions = await account?.look(signal);
      const { notes: more, ...review } = await templateReview(signal);
      const { url } = number;
      const notes = [...number.notes, ...alsoHeardBy(subscriptions?.others ?? []), ...more];
      if (subscriptions?.own === 'not-subscribed') {
        const isDeaf =
          subscriptions.others.length === 0
            ? 'No app is subscribed to the business account: set subscribes it.'
            : 'The app of accessToken is not subscribed to the business account, only others are: set subscribes it.';
        return { url: undefined, notes: [...notes, isDeaf], ...review };
      }
      if (url !== undefined) return { url, notes, ...review };
      return { url, asked: 'in-vain', notes: [...notes, ...byHand('<this channel>/webhook')], ...review };
    },
    delete: async (signal): Promise<WebhookState> => {
      if (account === undefined) {
        return {
          url: undefined,
          notes: ['Remove the callback URL in the app’s dashboard: WhatsApp > Configuration > Webhook.'],
        };
      }
      const { own } = await account.look(signal);
      if (own === 'not-subscribed') {
        return { url: undefined, notes: ['The app of accessToken is not subscribed to the business account.'] };
      }
      // First: it would lead here again as soon as the app is subscribed anew, by whomever.
      await override('', signal);
      const others = await account.otherNumbers(phoneNumberId, signal);
      if (others === 0) {
        await account.end(signal);
        return {
          url: undefined,
          notes: [
            'The app is no longer subscribed to the business account, which has no other number. Other apps on it hear on.',
          ],
        };
      }
      const { url } = await numberInfo(signal);
      const why =
        others === undefined
          ? 'whether the business account has other numbers could not be asked'
          : `the business account has ${others === 1 ? 'another number' : `${others} other numbers`}`;
      return {
        url,
        notes: [
          `This number has no address of its own any more. The app stays subscribed, because ${why}.`,
          url === undefined
            ? 'Neither the account nor the app has an address: nothing comes for this number.'
            : 'What comes for this number goes to the address of the account or the app now.',
        ],
      };
    },
  };

  async function override(address: string, signal: AbortSignal): Promise<void> {
    const verified = address === '' ? {} : { verify_token: verifyToken };
    await ask('POST', phoneNumberId, signal, {
      webhook_configuration: { override_callback_uri: address, ...verified },
    });
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
}

/** What else is known must not wait for it. */
const reviewMs = 4_000;
/** A template takes a kilobyte or two in each language. */
const pageLength = 25;
const maxPages = 40;
const withAccount = 'With wabaId in the channel’s configuration this command subscribes the app by itself.';

/** Two bots that answer the same people. */
function alsoHeardBy(apps: readonly string[]): readonly string[] {
  if (apps.length === 0) return [];
  return [`Also subscribed: ${apps.join(', ')}. Each app gets what people write; where two answer, people get both.`];
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
