import { type Clock, PolyphonError, type WebhookRegistration, type WebhookState } from 'polyphon/plugin';
import { reasonOf } from './failure.ts';
import { heldAgainstOwn } from './own-address.ts';
import { statusPath, webhookPath } from './routes.ts';
import type { TwilioConfig } from './schema.ts';
import { reviewTemplates } from './template-review.ts';
import { TwilioRefusal } from './transport.ts';
import type { TwilioClient } from './twilio-client.ts';

type Owner = Pick<WebhookRegistration, 'set' | 'info' | 'delete'>;

/** Where Twilio keeps a channel's addresses: at the Messaging Service, at the number, or, for WhatsApp, in its console only. */
export function createRegistration(
  client: TwilioClient,
  config: TwilioConfig,
  clock: Clock,
  /** Of this channel, where the deployment has told its public origin. */
  address: string | undefined,
): WebhookRegistration {
  const owner = ownerOf(client, config);
  return {
    ...owner,
    set: async (url, signal) => heldAgainstOwn(await owner.set(url, signal), address),
    info: async (signal) => {
      const state = heldAgainstOwn(await owner.info(signal), address);
      const { notes, ...review } = await reviewTemplates(client, config, clock, signal);
      return { ...state, notes: [...state.notes, ...notes], ...review };
    },
  };
}

function ownerOf(client: TwilioClient, { from, messagingServiceSid }: TwilioConfig): Owner {
  if (messagingServiceSid !== undefined) return serviceRegistration(client, messagingServiceSid);
  if (from?.startsWith('+')) return numberRegistration(client, from);
  return byHand(from?.startsWith('whatsapp:') ? whatsappPlace : shortCodePlace);
}

const whatsappPlace = 'Messaging > Senders > WhatsApp senders (or Try it out > WhatsApp sandbox settings)';
const shortCodePlace = 'Phone Numbers > Manage > Short codes';
/** Of a fault of Twilio's own: not what we asked is wrong. */
const laterMs = 1_000;

function numberRegistration(client: TwilioClient, phoneNumber: string): Owner {
  const find = async (signal: AbortSignal) => {
    const numbers = await client.numbers(signal);
    // Twilio takes the number for a part of one: of another, longer number, too.
    const found = (await numbers.list({ phoneNumber })).find((number) => number.phoneNumber === phoneNumber);
    if (found !== undefined) return { found, numbers };
    throw new PolyphonError(
      'TWI3404',
      'Twilio registration: the account has no such number. Check `from`, and that accountSid is of the account that owns it.',
    );
  };
  const update = (smsUrl: string, signal: AbortSignal) =>
    asked(async () => {
      const { found, numbers } = await find(signal);
      return numberState(await numbers(found.sid).update({ smsUrl, smsMethod: 'POST' }));
    });
  return {
    set: (url, signal) => update(webhookOf(url) + retries, signal),
    info: (signal) => asked(async () => numberState((await find(signal)).found)),
    delete: (signal) => update('', signal),
  };
}

/** "If an sms_application_sid is present, we ignore all of the sms_*_url values" (Twilio's specification of IncomingPhoneNumbers). */
function numberState(number: {
  readonly smsUrl: string;
  readonly smsMethod: string;
  readonly smsApplicationSid: string | null;
}): WebhookState {
  const state = withProblems(stateOf(number.smsUrl, []), methodProblems(number.smsUrl, number.smsMethod));
  if ((number.smsApplicationSid ?? '') === '') return state;
  // Its specification takes no empty one, so that it cannot be taken away from here.
  const problem =
    "The number has an application, whose addresses Twilio uses instead of this one. Choose Webhook in its place: Twilio's console, Phone Numbers > the number > Messaging Configuration.";
  return { ...state, problems: [problem, ...(state.problems ?? [])] };
}

function methodProblems(url: string | null, method: string): readonly string[] {
  return (url ?? '') !== '' && method !== 'POST' ? [`Twilio asks this address by ${method}, and it takes POST.`] : [];
}

function withProblems(state: WebhookState, problems: readonly string[]): WebhookState {
  if (problems.length === 0) return state;
  return { ...state, problems: problems.map((problem) => `${problem} \`polyphon webhooks <tenant> set\` changes it.`) };
}

function serviceRegistration(client: TwilioClient, sid: string): Owner {
  const update = (inboundRequestUrl: string, statusCallback: string, signal: AbortSignal) =>
    asked(async () => {
      const services = await client.services(signal);
      const changed = await services(sid).update({
        inboundRequestUrl,
        inboundMethod: 'POST',
        statusCallback,
        // Else the address of each number would take precedence.
        useInboundWebhookOnNumber: false,
      });
      return serviceState(changed);
    });
  return {
    set: (url, signal) => update(webhookOf(url) + retries, `${url.replace(/\/+$/, '')}/${statusPath}`, signal),
    info: (signal) => asked(async () => serviceState(await (await client.services(signal))(sid).fetch())),
    delete: (signal) => update('', '', signal),
  };
}

function serviceState(service: {
  readonly inboundRequestUrl: string;
  readonly inboundMethod: string;
  readonly friendlyName: string;
  readonly useInboundWebhookOnNumber: boolean;
}): WebhookState {
  const notes = [`The addresses belong to the Messaging Service ${service.friendlyName}, for all of its numbers.`];
  return withProblems(stateOf(service.inboundRequestUrl, notes), [
    ...(service.useInboundWebhookOnNumber ? ['The service is told to use the address of each number instead.'] : []),
    ...methodProblems(service.inboundRequestUrl, service.inboundMethod),
  ]);
}

function byHand(place: string): Owner {
  const notes = (url: string) => [
    `Twilio's API cannot set this one. In its console open ${place}, choose the sender, and enter ${url}${retries} (POST) where messages come in.`,
  ];
  return {
    set: async (url) => ({ url: undefined, notes: notes(webhookOf(url)) }),
    info: async () => ({ url: undefined, asked: 'in-vain', notes: notes('<this channel>/webhook') }),
    delete: async () => ({
      url: undefined,
      notes: [`Twilio's API cannot remove this one. In its console open ${place} and empty the field.`],
    }),
  };
}

/**
 * Five more tries within 15 seconds, whatever went wrong; of itself Twilio comes back at most where it could not connect, once. The
 * fragment is for Twilio alone, neither called nor signed (twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
 */
const retries = '#rc=5&rp=all';

function webhookOf(url: string): string {
  return `${url.replace(/\/+$/, '')}/${webhookPath}`;
}

function stateOf(url: string | null | undefined, notes: readonly string[]): WebhookState {
  const [address = ''] = (url ?? '').split('#');
  return { url: address === '' ? undefined : address, notes };
}

/** @throws PolyphonError TWI3401 with Twilio's code and our name for it. */
async function asked(ask: () => Promise<WebhookState>): Promise<WebhookState> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TwilioRefusal)) throw error;
    throw new PolyphonError(
      'TWI3401',
      `Twilio registration: Twilio refused (${reasonOf(error.status, error.code)}). Check accountSid, authToken and the sender.`,
      error.status === 429 || error.status >= 500 ? { retryAfterMs: error.retryAfterMs ?? laterMs } : {},
    );
  }
}
