import type { Action, Attachment, OutboundMessage } from 'polyphon/plugin';
import { cutText } from './cut-text.ts';
import { mediaTypeOf } from './decode-message.ts';
import { encodeTemplate } from './encode-template.ts';
import type { GraphBody } from './graph-client.ts';
import { onOneLine } from './on-one-line.ts';
import { isUserId } from './person-id.ts';

/** Meta's limits, in characters. */
export const limits = {
  text: 4096,
  caption: 1024,
  interactiveBody: 1024,
  buttons: 3,
  buttonTitle: 20,
  buttonId: 256,
  rows: 10,
  rowTitle: 24,
  rowDescription: 72,
  rowId: 200,
} as const;

/** Meta silently drops a message that has a business-scoped user id in `to`. */
export function recipientOf(conversation: string): GraphBody {
  const to = isUserId(conversation) ? { recipient: conversation } : { to: conversation };
  return { messaging_product: 'whatsapp', recipient_type: 'individual', ...to };
}

/**
 * The request bodies that say this message, in order: attachments first, then what does not fit their caption, then the choices.
 * Empty when there is nothing to say.
 */
export function encodeMessage(message: OutboundMessage, options: { readonly listLabel: string }): readonly GraphBody[] {
  const head = recipientOf(message.conversation);
  const { template } = message;
  if (template !== undefined) return [{ ...head, type: 'template', template: encodeTemplate(template) }];
  const { replies, links } = choicesOf(message.actions);
  const onlyLink = replies.length === 0 && links.length === 1 && isWeb(links[0]?.url) ? links[0] : undefined;
  const { taken, untaken } = parted(message.attachments);
  const more = [
    ...untaken.map(({ name, url }) => (name === undefined ? url : `${name}: ${url}`)),
    ...replies.slice(limits.rows).map(({ label }) => `• ${label}`),
    ...(onlyLink === undefined ? links.map(({ label, url }) => `${label}: ${url}`) : []),
  ];
  const said = message.text.trim();
  const text = [said, more.join('\n')].filter((part) => part !== '').join('\n\n');
  const interactive = onlyLink === undefined ? interactiveOf(replies, options.listLabel) : linkOf(onlyLink);

  const media = taken.map((attachment) => mediaOf(attachment)).filter((part) => part !== undefined);
  const last = media.at(-1);
  if (interactive === undefined && last !== undefined && takesCaption(last.type) && text.length <= limits.caption) {
    const captioned = text === '' ? last.content : { ...last.content, caption: text };
    return [...media.slice(0, -1), { ...last, content: captioned }].map((part) => mediaBody(head, part));
  }
  const bodies = media.map((part) => mediaBody(head, part));
  const maxLength = interactive === undefined ? limits.text : limits.interactiveBody;
  // Core has split what the bot said by the channel's limits; only what is written out below it may be too much.
  const pieces = (text.length <= maxLength ? [text] : [said, ...grouped(more, maxLength)]).filter(
    (part) => part !== '',
  );
  if (interactive === undefined) return [...bodies, ...pieces.map((piece) => textBody(head, piece))];
  const fits = (pieces.at(-1)?.length ?? 0) <= maxLength;
  // Choices need words above them; a label says them where there are none.
  const body = (fits ? pieces.pop() : undefined) ?? replies[0]?.label ?? onlyLink?.label ?? options.listLabel;
  return [
    ...bodies,
    ...pieces.map((piece) => textBody(head, piece)),
    { ...head, type: 'interactive', interactive: { ...interactive, body: { text: body } } },
  ];
}

/** As few texts as hold these lines. */
function grouped(lines: readonly string[], maxLength: number): readonly string[] {
  const groups: string[] = [];
  for (const line of lines.map((whole) => cutText(whole, maxLength))) {
    const last = groups.pop();
    if (last === undefined) groups.push(line);
    else if (last.length + 1 + line.length <= maxLength) groups.push(`${last}\n${line}`);
    else groups.push(last, line);
  }
  return groups;
}

function textBody(head: GraphBody, body: string): GraphBody {
  return { ...head, type: 'text', text: { body, preview_url: false } };
}

interface Link extends Action {
  readonly url: string;
}

function choicesOf(actions: readonly Action[]): {
  readonly replies: readonly Action[];
  readonly links: readonly Link[];
} {
  const ids = new Set<string>();
  const labels = new Set<string>();
  const replies: Action[] = [];
  const links: Link[] = [];
  for (const action of actions) {
    // Meta refuses a message in which an id or a title is blank, stands twice, or has a line break or spaces around it.
    const label = onOneLine(action.label) || onOneLine(action.id);
    const id = onOneLine(action.id) || label;
    if (action.url !== undefined) links.push({ ...action, id, label: label || action.url, url: action.url });
    else if (label !== '' && !ids.has(id) && !labels.has(label)) {
      ids.add(id);
      labels.add(label);
      replies.push({ ...action, id, label });
    }
  }
  return { replies, links };
}

function interactiveOf(replies: readonly Action[], listLabel: string): GraphBody | undefined {
  if (replies.length === 0) return undefined;
  const short = replies.every(({ id, label }) => label.length <= limits.buttonTitle && id.length <= limits.buttonId);
  if (replies.length <= limits.buttons && short) {
    const buttons = replies.map(({ id, label }) => ({ type: 'reply', reply: { id, title: label } }));
    return { type: 'button', action: { buttons } };
  }
  const rows = replies.slice(0, limits.rows).map(({ id, label }, index) => ({
    // Two that are cut may be the same in what is left of them.
    id: id.length <= limits.rowId ? id : `${id.slice(0, limits.rowId - 3).toWellFormed()}#${index + 1}`,
    title: cutText(label, limits.rowTitle),
    ...(label.length <= limits.rowTitle ? {} : { description: cutText(label, limits.rowDescription) }),
  }));
  return { type: 'list', action: { button: listLabel, sections: [{ rows }] } };
}

function linkOf({ label, url }: Link): GraphBody {
  const parameters = { display_text: cutText(label, limits.buttonTitle), url };
  return { type: 'cta_url', action: { name: 'cta_url', parameters } };
}

function isWeb(url: string | undefined): url is string {
  return /^https?:\/\//i.test(url ?? '');
}

/** What Meta takes of a kind, and what such files are called by mistake; documents may be of any. It refuses the rest after it has said yes. */
const takenTypes: Readonly<Partial<Record<Attachment['kind'], readonly string[]>>> = {
  image: ['image/jpeg', 'image/jpg', 'image/png'],
  video: ['video/mp4', 'video/3gpp', 'video/3gp'],
  audio: ['aac', 'amr', 'mpeg', 'mp3', 'mp4', 'm4a', 'x-m4a', 'ogg', 'opus'].map((name) => `audio/${name}`),
  sticker: ['image/webp'],
};

interface Addressed extends Attachment {
  readonly url: string;
}

/** Files that Meta would not take are given as links; one of which the type is not told, or contradicts the kind, is tried. */
function parted(attachments: readonly Attachment[]): {
  readonly taken: readonly Attachment[];
  readonly untaken: readonly Addressed[];
} {
  const taken: Attachment[] = [];
  const untaken: Addressed[] = [];
  for (const attachment of attachments) {
    const { kind, url } = attachment;
    const type = mediaTypeOf(attachment.mediaType);
    const isOfKind = type.startsWith(kind === 'sticker' ? 'image/' : `${kind}/`);
    const isTaken = !isOfKind || takenTypes[kind]?.includes(type) !== false;
    if (isTaken || !isWeb(url)) taken.push(attachment);
    else if (takenTypes.image?.includes(type) === true) taken.push({ ...attachment, kind: 'image' });
    else untaken.push({ ...attachment, url });
  }
  return { taken, untaken };
}

type MediaType = 'image' | 'video' | 'audio' | 'document' | 'sticker' | 'location';
interface Media {
  readonly type: MediaType;
  readonly content: GraphBody;
}

/** Undefined for what cannot be sent: an attachment without an https address. */
function mediaOf({ kind, url, name }: Attachment): Media | undefined {
  if (kind === 'location') {
    const [, latitude, longitude] = /^geo:(-?[\d.]+),(-?[\d.]+)$/.exec(url ?? '') ?? [];
    if (latitude === undefined || longitude === undefined) return undefined;
    return { type: 'location', content: { latitude, longitude, ...(name === undefined ? {} : { name }) } };
  }
  if (kind === 'contact' || kind === 'unsupported' || !isWeb(url)) return undefined;
  const filename = kind === 'document' && name !== undefined ? { filename: name } : {};
  return { type: kind, content: { link: url, ...filename } };
}

function takesCaption(type: MediaType): boolean {
  return type === 'image' || type === 'video' || type === 'document';
}

function mediaBody(head: GraphBody, { type, content }: Media): GraphBody {
  return { ...head, type, [type]: content };
}
