import type { Attachment, OutboundMessage } from 'polyphon/plugin';
import type { TwilioConfig } from './schema.ts';

/** Twilio's limit on a body (error 21617). In UTF-16 units, which is never less than what Twilio counts. */
export const maxTextLength = 1_600;
const maxMediaOfMms = 10;
/** WhatsApp's limit on the text below a file. Twilio passes none on with a document, and nobody can see one with a recording. */
const maxCaptionLength = 1_024;
const captioned: ReadonlySet<Attachment['kind']> = new Set(['image', 'video']);
export const maxParameterLength = 1_024;

/** What Twilio is asked to create, without sender and recipient. */
export type Content =
  | { readonly body?: string; readonly mediaUrl?: string[] }
  | { readonly contentSid: string; readonly contentVariables?: string };

export type Network = 'sms' | 'whatsapp';

export interface ContentOptions {
  readonly network: Network;
  /** Whether the sender can carry files; else their addresses become part of the text. */
  readonly files: 'carried' | 'linked';
  readonly templates: TwilioConfig['templates'];
}

/** The messages in which Twilio can carry this one, in order; or the name of why it cannot. */
export function contentsOf(
  message: OutboundMessage,
  { network, files, templates }: ContentOptions,
): readonly Content[] | string {
  if (message.template !== undefined) return templateOf(message.template, templates);
  const found = message.attachments.flatMap(({ url, kind }) =>
    url !== undefined && isPublic(url) ? [{ url, kind }] : [],
  );
  const media = files === 'carried' ? found : [];
  const links = [
    ...message.actions.flatMap(({ label, url }) => (url === undefined ? [] : [`${label}: ${url}`])),
    ...(files === 'linked' ? found.map(({ url }) => url) : []),
  ];
  const bodies = bodiesOf(message.text.trim(), links);
  if (bodies.some(({ length }) => length > maxTextLength)) return 'too-long';
  if (bodies.length === 0 && media.length === 0) return 'nothing-to-send';
  // One MMS carries ten files, one WhatsApp message carries one.
  const perMessage = network === 'whatsapp' ? 1 : maxMediaOfMms;
  const groups = Array.from({ length: Math.ceil(media.length / perMessage) }, (_, index) =>
    media.slice(index * perMessage, (index + 1) * perMessage).map(({ url }) => url),
  );
  const last = bodies.at(-1);
  const [first] = media;
  const isCaption =
    last !== undefined &&
    first !== undefined &&
    (network === 'sms' || (captioned.has(first.kind) && last.length <= maxCaptionLength));
  const alone = isCaption ? bodies.slice(0, -1) : bodies;
  return [
    ...alone.map((body) => ({ body })),
    ...groups.map((mediaUrl, index) => ({ ...(isCaption && index === 0 ? { body: last } : {}), mediaUrl })),
  ];
}

/** The text with its links below it, where there is room for them. */
function bodiesOf(text: string, links: readonly string[]): readonly string[] {
  const below = links.join('\n');
  const parts = [text, below].filter((part) => part !== '');
  const body = parts.join('\n');
  return body === '' || body.length > maxTextLength ? parts : [body];
}

/** Twilio fetches files itself, from the open internet. */
function isPublic(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

function templateOf(
  { name, parameters }: NonNullable<OutboundMessage['template']>,
  templates: TwilioConfig['templates'],
): readonly Content[] | string {
  const configured = templates[name];
  const contentSid = typeof configured === 'string' ? configured : (configured?.contentSid ?? sidIn(name));
  if (contentSid === undefined) return 'template-unknown';
  if (parameters.length === 0) return [{ contentSid }];
  const variables = Object.fromEntries(parameters.map((value, index) => [String(index + 1), onOneLine(value)]));
  return [{ contentSid, contentVariables: JSON.stringify(variables) }];
}

/** The Content SID that this is; undefined for any other name. */
export function sidIn(name: string): string | undefined {
  return /^HX[0-9a-fA-F]{32}$/.exec(name)?.[0];
}

/** A parameter with a line break, a tab or nothing in it is refused (error 21656). */
function onOneLine(value: string): string {
  const line = value.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? '-' : line.slice(0, maxParameterLength).toWellFormed();
}

/** Where the answer is to stand. */
export const textMark = /\{\{\s*text\s*\}\}/g;

/** The key of the template that goes out by itself, whether the bot has mapped it or not. */
export function ownTemplate(templates: TwilioConfig['templates']): 'continue' | 'reply' {
  return templates['continue'] === undefined ? 'reply' : 'continue';
}

/**
 * The approved template for an answer that comes too late; undefined where the bot has mapped none. It carries the answer where
 * `{{ text }}` stands in it and the answer is all text and fits.
 */
export function outsideWindow(
  message: OutboundMessage,
  templates: TwilioConfig['templates'],
  language: string,
): OutboundMessage | undefined {
  if (message.template !== undefined) return message;
  const name = ownTemplate(templates);
  const configured = templates[name];
  if (configured === undefined) return undefined;
  const parameters = (typeof configured === 'string' ? undefined : configured.parameters) ?? [];
  const { text, attachments, actions } = message;
  const isAllText = attachments.length === 0 && actions.length === 0 && text.length <= maxParameterLength;
  const carries = isAllText && parameters.some((parameter) => parameter.search(textMark) >= 0);
  return {
    ...message,
    attachments: [],
    actions: [],
    template: {
      name,
      language,
      parameters: parameters.map((parameter) => parameter.replaceAll(textMark, () => text)),
      ...(carries ? { carriesMessage: true as const } : {}),
    },
  };
}
