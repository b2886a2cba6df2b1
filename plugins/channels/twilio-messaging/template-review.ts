import type { Clock, WebhookState } from 'polyphon/plugin';
import { reasonOf } from './failure.ts';
import { ownTemplate } from './outgoing.ts';
import type { TwilioConfig } from './schema.ts';
import { TwilioRefusal } from './transport.ts';
import type { TwilioClient } from './twilio-client.ts';

type Review = Pick<WebhookState, 'notes' | 'outgoingProblems'>;

/** What is known of a template; undefined where the account has none of this SID. */
type Made = { readonly name: string; readonly status: string; readonly marks: readonly string[] } | undefined;

/** With these WhatsApp refuses a message. What Twilio may call it besides is left to Twilio. */
const unsendable: ReadonlySet<string> = new Set([
  'unsubmitted',
  'received',
  'pending',
  'rejected',
  'paused',
  'disabled',
]);
/** What else is known must not wait for it. */
const reviewMs = 4_000;

/**
 * Whether WhatsApp would take the templates of the bot, by what Twilio says of them
 * (twilio.com/docs/content/content-api-resources). That it cannot be asked keeps nothing from going out.
 */
export async function reviewTemplates(
  client: TwilioClient,
  { templates, from }: TwilioConfig,
  clock: Clock,
  signal: AbortSignal,
): Promise<Review> {
  const mapped = Object.entries(templates).map(([key, written]) => ({
    key,
    ...(typeof written === 'string' ? { contentSid: written } : written),
  }));
  // Only on WhatsApp; a Messaging Service may have a sender there.
  if (mapped.length === 0 || from?.startsWith('whatsapp:') === false) return { notes: [] };
  using patience = clock.deadline(reviewMs, signal);
  try {
    const sids = [...new Set(mapped.map(({ contentSid }) => contentSid))];
    const made = new Map(
      await Promise.all(sids.map(async (sid) => [sid, await madeTemplate(client, sid, patience.signal)] as const)),
    );
    // Nobody fills in what this one lacks: it goes out by itself.
    const ownKey = ownTemplate(templates);
    const wrong = mapped.flatMap(({ key, contentSid, parameters = [] }) => {
      const isWhole = key === ownKey || parameters.length > 0;
      const found = wrongIn(contentSid, made.get(contentSid), isWhole ? parameters.length : undefined);
      return found === undefined ? [] : [`templates.${key}: ${found}`];
    });
    if (wrong.length > 0) return { notes: [], outgoingProblems: wrong };
    const keys = mapped.map(({ key }) => `\`${key}\``).join(', ');
    return { notes: [`WhatsApp has approved the template${mapped.length === 1 ? '' : 's'} ${keys} of this channel.`] };
  } catch (error) {
    signal.throwIfAborted();
    const why =
      error instanceof TwilioRefusal
        ? `Twilio refused (${reasonOf(error.status, error.code)})`
        : 'Twilio did not answer';
    return { notes: [`Whether WhatsApp has approved the templates could not be asked: ${why}.`] };
  }
}

/** @param given How many parameters it goes out with; undefined where the program that sends it says so. */
function wrongIn(sid: string, made: Made, given: number | undefined): string | undefined {
  if (made === undefined) {
    return `the account has no template ${sid}. Copy the Content SID from Messaging > Content Template Builder.`;
  }
  const { name, status, marks } = made;
  if (unsendable.has(status)) {
    return `${name} (${sid}) is ${status}, and WhatsApp takes it once it is approved. See Messaging > Content Template Builder.`;
  }
  if (given === undefined) return undefined;
  const numbers = Array.from({ length: given }, (_, index) => String(index + 1));
  if (marks.length === given && numbers.every((number) => marks.includes(number))) return undefined;
  const shown = marks.map((mark) => `{{${mark}}}`).join(' ');
  const wanted = marks.length === 0 ? 'takes no `parameters`' : `takes ${marks.length} \`parameters\`, ${shown}`;
  const from = given === marks.length ? ', from {{1}} on' : '';
  return `${name} (${sid}) ${wanted}, and has ${given} here${from}. For what is lacking, people read the samples of the template.`;
}

async function madeTemplate(client: TwilioClient, sid: string, signal: AbortSignal): Promise<Made> {
  const contents = await client.contents(signal);
  const content = await foundOnly(contents(sid).fetch());
  if (content === undefined) return undefined;
  const approval = await foundOnly(contents(sid).approvalFetch().fetch());
  const { status } = (approval?.whatsapp ?? {}) as { readonly status?: unknown };
  const { friendlyName, types } = content;
  return { name: friendlyName, status: String(status ?? 'unsubmitted'), marks: marksIn(JSON.stringify(types ?? {})) };
}

async function foundOnly<Found>(asked: Promise<Found>): Promise<Found | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TwilioRefusal && error.status === 404) return undefined;
    throw error;
  }
}

/** As in `['1', '2']`, each once, wherever in the template they stand. */
function marksIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map(([, mark = '']) => mark))];
}
