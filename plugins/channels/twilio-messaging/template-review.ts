import type { WebhookState } from 'polyphon/plugin';
import { reasonOf } from './failure.ts';
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

/**
 * Whether WhatsApp would take the templates of a bot, by what Twilio says of each (twilio.com/docs/content/content-api-resources). That it
 * may not be asked keeps nothing from going out.
 */
export async function reviewTemplates(
  client: TwilioClient,
  templates: TwilioConfig['templates'],
  signal: AbortSignal,
): Promise<Review> {
  const mapped = Object.entries(templates);
  if (mapped.length === 0) return { notes: [] };
  const ownKey = Object.hasOwn(templates, 'continue') ? 'continue' : 'reply';
  const outgoingProblems: string[] = [];
  try {
    for (const [key, written] of mapped) {
      const { contentSid, parameters = [] } = typeof written === 'string' ? { contentSid: written } : written;
      const made = await madeTemplate(client, contentSid, signal);
      // Nobody fills in what this one lacks: it goes out by itself.
      const isWhole = key === ownKey || parameters.length > 0;
      const wrong = wrongIn(contentSid, made, isWhole ? parameters.length : undefined);
      if (wrong !== undefined) outgoingProblems.push(`templates.${key}: ${wrong}`);
    }
  } catch (error) {
    if (!(error instanceof TwilioRefusal)) throw error;
    const reason = reasonOf(error.status, error.code);
    return { notes: [`Whether WhatsApp has approved the templates could not be asked: Twilio refused (${reason}).`] };
  }
  if (outgoingProblems.length > 0) return { notes: [], outgoingProblems };
  const all = mapped.length === 1 ? 'the template' : `all ${mapped.length} templates`;
  return { notes: [`WhatsApp has approved ${all} of this channel.`] };
}

function wrongIn(sid: string, made: Made, given: number | undefined): string | undefined {
  if (made === undefined) {
    return `the account has no template ${sid}. Copy the Content SID from Messaging > Content Template Builder.`;
  }
  const { name, status, marks } = made;
  if (unsendable.has(status)) {
    return `${name} (${sid}) is ${status}, and WhatsApp takes it once it is approved. See Messaging > Content Template Builder.`;
  }
  if (given === undefined || given === marks.length) return undefined;
  const shown = marks.map((mark) => `{{${mark}}}`).join(' ');
  const wanted = marks.length === 0 ? 'takes no `parameters`' : `takes ${marks.length} \`parameters\`, ${shown}`;
  return `${name} (${sid}) ${wanted}, and has ${given} here. For what is lacking, people read the samples of the template.`;
}

async function madeTemplate(client: TwilioClient, sid: string, signal: AbortSignal): Promise<Made> {
  const contents = await client.contents(signal);
  try {
    const { friendlyName, types } = await contents(sid).fetch();
    const { whatsapp } = await contents(sid).approvalFetch().fetch();
    const { status } = (whatsapp ?? {}) as { readonly status?: unknown };
    return { name: friendlyName, status: String(status ?? 'unsubmitted'), marks: marksIn(JSON.stringify(types ?? {})) };
  } catch (error) {
    if (error instanceof TwilioRefusal && error.status === 404) return undefined;
    throw error;
  }
}

/** As in `['1', '2']`, each once, wherever in the template they stand. */
function marksIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map(([, mark = '']) => mark))];
}
