import type { Attachment, InboundMessage } from 'polyphon/plugin';
import { type Fields, idOf, kindOf, listOf, objectOf, textOf, timeOf } from './loose-json.ts';
import { isNumber } from './person-id.ts';

const maxTextLength = 65_536;
const maxNameLength = 200;
/** A family with four skins has some thirty. */
const maxEmojiLength = 100;
const maxContacts = 20;
const mediaKinds = ['image', 'video', 'audio', 'document', 'sticker'] as const;
type MediaKind = (typeof mediaKinds)[number];

/** Meta's ids of media are digits; nothing else goes into an address we send the token to. */
export const mediaIdShape = /^[A-Za-z0-9_-]{1,128}$/;

/** What a person sent, without who and when. */
type Content = Pick<InboundMessage, 'text' | 'attachments' | 'action' | 'edits' | 'quotes' | 'reply'>;

/** An entry of `messages`, or the name of why it is left out. */
export function decodeMessage(entry: Fields, contacts: readonly Fields[]): InboundMessage | string {
  const id = idOf(entry['id']);
  const phone = idOf(entry['from']);
  const userId = idOf(entry['from_user_id']);
  // A person with a username may hide the telephone number; the business-scoped id stands in its place.
  const sender = phone ?? userId ?? soleUserId(contacts);
  if (id === undefined || sender === undefined) return 'message-without-id-or-sender';
  if (entry['group_id'] !== undefined) return 'group-message';
  const content = contentOf(entry);
  if (typeof content === 'string') return content;
  const contact = contacts.find(({ wa_id, user_id }) => wa_id === sender || user_id === (userId ?? sender));
  const name = textOf(objectOf(contact?.['profile'])['name'], maxNameLength);
  const sentAt = timeOf(entry['timestamp']);
  const quoted = idOf(objectOf(entry['context'])['id']);
  const otherId = idOf(contact?.['user_id']);
  const metadata = metadataOf(entry, userId ?? otherId);
  const aliases = new Set([userId, otherId, idOf(contact?.['wa_id'])].filter((other) => other !== undefined));
  aliases.delete(sender);
  return {
    id,
    conversation: sender,
    contact: {
      id: sender,
      ...(aliases.size === 0 ? {} : { aliases: [...aliases] }),
      ...(name === undefined ? {} : { name }),
      ...(isNumber(sender) ? { phone: `+${sender}` } : {}),
    },
    ...(quoted === undefined ? {} : { quotes: { id: quoted } }),
    ...content,
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function soleUserId(contacts: readonly Fields[]): string | undefined {
  const [contact, other] = contacts;
  return other === undefined ? idOf(contact?.['user_id']) : undefined;
}

function contentOf(entry: Fields): Content | string {
  const type = entry['type'];
  switch (type) {
    case 'text': {
      const text = textOf(objectOf(entry['text'])['body'], maxTextLength);
      return text === undefined ? 'text-without-words' : { text };
    }
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker':
      return mediaOf(type, objectOf(entry[type]));
    case 'voice':
      return mediaOf('audio', objectOf(entry['voice'] ?? entry['audio']));
    case 'location':
      return locationOf(objectOf(entry['location']));
    case 'contacts':
      return contactsOf(listOf(entry['contacts']));
    case 'interactive':
      return interactiveOf(objectOf(entry['interactive']));
    case 'button': {
      const { payload, text } = objectOf(entry['button']);
      return actionOf(payload ?? text, text) ?? 'button-without-payload';
    }
    case 'edit': {
      const { original_message_id, message } = objectOf(entry['edit']);
      const edits = idOf(original_message_id);
      const edited = objectOf(message);
      // An edit within an edit is not Meta's doing, and a thousand of them would be deep.
      const content = edited['type'] === 'edit' ? 'edit' : contentOf(edited);
      if (edits === undefined || typeof content === 'string' || isUnreadable(content)) return 'edit-of-unknown';
      return { ...content, edits };
    }
    // Meta's word for what it gives no program: a poll, an event, a picture that can be looked at once
    case 'unsupported':
    case 'unknown':
    case 'ephemeral': {
      const named = kindOf(objectOf(entry['unsupported'])['type']);
      return unreadable(named === 'unknown' ? 'message' : named);
    }
    case 'order':
      return unreadable(type);
    case 'reaction': {
      const { emoji, message_id } = objectOf(entry['reaction']);
      const [text, id] = [textOf(emoji, maxEmojiLength), idOf(message_id)];
      return text === undefined || id === undefined ? 'reaction-taken-back' : { text, quotes: { id }, reply: 'none' };
    }
    // system, revoke, request_welcome, and what comes next year: nobody said anything, as far as we know
    default:
      return kindOf(type);
  }
}

/** Stands for what a person sent and nobody here can read. */
function unreadable(name: string): Content {
  return { attachments: [{ id: 'unsupported', kind: 'unsupported', mediaType: 'application/octet-stream', name }] };
}

function isUnreadable({ attachments = [] }: Content): boolean {
  return attachments.some(({ kind }) => kind === 'unsupported');
}

function mediaOf(kind: MediaKind, media: Fields): Content | string {
  const id = idOf(media['id']);
  if (id === undefined || !mediaIdShape.test(id)) return `${kind}-without-id`;
  const text = textOf(media['caption'], maxTextLength);
  const name = textOf(media['filename'], maxNameLength);
  const attachment: Attachment = {
    id,
    kind,
    mediaType: mediaTypeOf(media['mime_type']),
    ...(name === undefined ? {} : { name }),
  };
  return { ...(text === undefined ? {} : { text }), attachments: [attachment] };
}

/** Without parameters, as in `audio/ogg` for `audio/ogg; codecs=opus`. */
export function mediaTypeOf(value: unknown): string {
  const found = typeof value === 'string' ? /^[a-z]+\/[a-z0-9.+-]{1,80}/i.exec(value)?.[0] : undefined;
  return found?.toLowerCase() ?? 'application/octet-stream';
}

function locationOf(location: Fields): Content | string {
  const { latitude, longitude } = location;
  if (!isDegrees(latitude, 90) || !isDegrees(longitude, 180)) return 'location-without-place';
  const name = textOf(location['name'], maxNameLength);
  const address = textOf(location['address'], 1000);
  const url = `geo:${latitude},${longitude}`;
  const place = [name, address].filter((part) => part !== undefined).join(', ');
  return {
    text: place === '' ? url : `${place} (${url})`,
    attachments: [
      { id: '1', kind: 'location', mediaType: 'application/geo+json', url, ...(name === undefined ? {} : { name }) },
    ],
  };
}

function isDegrees(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= most;
}

function contactsOf(list: readonly unknown[]): Content | string {
  const people = list.slice(0, maxContacts).map((entry) => {
    const { name, phones } = objectOf(entry);
    const numbers = listOf(phones)
      .slice(0, 5)
      .map((phone) => textOf(objectOf(phone)['phone'], 40));
    return {
      name: textOf(objectOf(name)['formatted_name'], maxNameLength),
      numbers: numbers.filter((number) => number !== undefined),
    };
  });
  const told = people.filter(({ name, numbers }) => name !== undefined || numbers.length > 0);
  if (told.length === 0) return 'contacts-without-names';
  return {
    text: told.map(({ name, numbers }) => [name, numbers.join(', ')].filter(Boolean).join(': ')).join('\n'),
    attachments: told.map(
      ({ name }, index): Attachment => ({
        id: String(index + 1),
        kind: 'contact',
        mediaType: 'text/vcard',
        ...(name === undefined ? {} : { name }),
      }),
    ),
  };
}

function interactiveOf(interactive: Fields): Content | string {
  const type = interactive['type'];
  if (type === 'nfm_reply') return unreadable('form');
  // Meta could not put its own message into a webhook, and says so in `errors`: the person has pressed something all the same.
  if (type === undefined) return unreadable('choice');
  if (type !== 'button_reply' && type !== 'list_reply') return `interactive:${kindOf(type)}`;
  const { id, title, description } = objectOf(interactive[type]);
  return actionOf(id, wholeLabel(title, description)) ?? `${type}-without-id`;
}

/** A label too long for a row's title stands in its description, from its beginning. */
function wholeLabel(title: unknown, description: unknown): unknown {
  if (typeof title !== 'string' || typeof description !== 'string' || !title.endsWith('…')) return title;
  return description.startsWith(title.slice(0, -1)) ? description : title;
}

function actionOf(id: unknown, label: unknown): Content | undefined {
  const pressed = textOf(id, 256);
  const shown = textOf(label, maxNameLength);
  if (pressed === undefined) return undefined;
  return { action: { id: pressed, ...(shown === undefined ? {} : { label: shown }) } };
}

/** What else is worth keeping of the message that began a session. */
function metadataOf(entry: Fields, userId: string | undefined): InboundMessage['metadata'] {
  const context = objectOf(entry['context']);
  const referral = objectOf(entry['referral']);
  const facts = {
    userId,
    replyTo: idOf(context['id']),
    forwarded: context['forwarded'] === true || context['frequently_forwarded'] === true || undefined,
    product: textOf(objectOf(context['referred_product'])['product_retailer_id'], maxNameLength),
    referral: textOf(referral['source_id'], maxNameLength),
    referralHeadline: textOf(referral['headline'], maxNameLength),
  };
  const told = Object.entries(facts).filter(([, value]) => value !== undefined);
  return told.length === 0 ? undefined : Object.fromEntries(told);
}
