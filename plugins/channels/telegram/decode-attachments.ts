import type { Attachment } from 'polyphon/plugin';
import { type Fields, fieldsOf, integerOf, listOf, numberOf, textOf } from './fields.ts';

/** Media of a message, in the order in which Telegram prefers one over the other: an animation also comes as a document. */
const files: readonly {
  readonly field: string;
  readonly kind: Attachment['kind'];
  readonly mediaType: string;
}[] = [
  { field: 'animation', kind: 'video', mediaType: 'video/mp4' },
  { field: 'audio', kind: 'audio', mediaType: 'audio/mpeg' },
  { field: 'document', kind: 'document', mediaType: 'application/octet-stream' },
  { field: 'video', kind: 'video', mediaType: 'video/mp4' },
  { field: 'video_note', kind: 'video', mediaType: 'video/mp4' },
  { field: 'voice', kind: 'audio', mediaType: 'audio/ogg' },
];
const mediaTypeShape = /^[a-z]+\/[a-z0-9.+-]{1,100}$/i;

/** What people send, and what may come without any words. All other fields are what Telegram writes itself. */
const unreadable = ['story', 'game', 'giveaway', 'paid_media', 'live_photo', 'checklist', 'invoice', 'rich_message'];

/** At most one: a message of Telegram carries one thing. The id of a file is its `file_id`, good for `fetchMedia`. */
export function attachmentsOf(message: Fields): readonly Attachment[] {
  const one = photoOf(message) ?? fileOf(message) ?? stickerOf(message) ?? placeOf(message) ?? contactOf(message);
  return one === undefined ? [] : [one];
}

/** Of a message without words and attachments: what a person sent, where a person did. */
export function unreadableOf(message: Fields): Attachment | undefined {
  const kind = unreadable.find((field) => fieldsOf(message[field]) !== undefined);
  return kind === undefined
    ? undefined
    : { id: 'unsupported', kind: 'unsupported', mediaType: 'application/octet-stream', name: kind };
}

/** The largest of the sizes a photo comes in. */
function photoOf(message: Fields): Attachment | undefined {
  const sizes = listOf(message['photo'])
    .map(fieldsOf)
    .filter((size) => size !== undefined)
    .sort((a, b) => areaOf(b) - areaOf(a));
  return sizes[0] === undefined ? undefined : fileAttachment(sizes[0], 'image', 'image/jpeg');
}

function areaOf(size: Fields): number {
  return (numberOf(size['width']) ?? 0) * (numberOf(size['height']) ?? 0);
}

function fileOf(message: Fields): Attachment | undefined {
  for (const { field, kind, mediaType } of files) {
    const file = fieldsOf(message[field]);
    const attachment = file === undefined ? undefined : fileAttachment(file, kind, mediaType);
    if (attachment !== undefined) return attachment;
  }
  return undefined;
}

function stickerOf(message: Fields): Attachment | undefined {
  const sticker = fieldsOf(message['sticker']);
  if (sticker === undefined) return undefined;
  const mediaType =
    sticker['is_video'] === true
      ? 'video/webm'
      : sticker['is_animated'] === true
        ? 'application/x-tgsticker'
        : 'image/webp';
  const emoji = textOf(sticker['emoji'], 32);
  const attachment = fileAttachment(sticker, 'sticker', mediaType);
  return attachment === undefined || emoji === undefined ? attachment : { ...attachment, name: emoji };
}

function fileAttachment(file: Fields, kind: Attachment['kind'], usually: string): Attachment | undefined {
  const id = textOf(file['file_id'], 512);
  if (id === undefined) return undefined;
  const told = textOf(file['mime_type'], 120);
  const name = textOf(file['file_name'], 255);
  const bytes = integerOf(file['file_size']);
  return {
    id,
    kind,
    mediaType: told !== undefined && mediaTypeShape.test(told) ? told.toLowerCase() : usually,
    ...(name === undefined ? {} : { name }),
    ...(bytes === undefined || bytes < 0 ? {} : { bytes }),
  };
}

/** A location is an address by RFC 5870, as in `geo:52.5,13.4`. */
function placeOf(message: Fields): Attachment | undefined {
  const venue = fieldsOf(message['venue']);
  const location = fieldsOf(venue?.['location'] ?? message['location']);
  const latitude = numberOf(location?.['latitude']);
  const longitude = numberOf(location?.['longitude']);
  if (latitude === undefined || longitude === undefined) return undefined;
  const title = textOf(venue?.['title'], 255);
  return {
    id: 'location',
    kind: 'location',
    mediaType: 'application/geo+json',
    url: `geo:${latitude},${longitude}`,
    ...(title === undefined ? {} : { name: title }),
  };
}

function contactOf(message: Fields): Attachment | undefined {
  const contact = fieldsOf(message['contact']);
  const phone = textOf(contact?.['phone_number'], 64)?.replace(/[^\d+]/g, '');
  if (contact === undefined || phone === undefined || phone === '') return undefined;
  const number = phone.startsWith('+') ? phone : `+${phone}`;
  return {
    id: 'contact',
    kind: 'contact',
    mediaType: 'text/vcard',
    name: nameOf(contact) ?? number,
    url: `tel:${number}`,
  };
}

/** A place and a visiting card in words, as a model and an operator read them: `Shop, Main St 1 (geo:52.5,13.4)`, `Eva: +34600000001`. */
export function sharedWords(message: Fields): string | undefined {
  const place = placeOf(message);
  if (place !== undefined) {
    const address = textOf(fieldsOf(message['venue'])?.['address'], 512);
    const named = [place.name, address].filter((part) => part !== undefined).join(', ');
    return named === '' ? place.url : `${named} (${place.url})`;
  }
  const card = contactOf(message);
  const phone = card?.url?.slice('tel:'.length);
  return card === undefined || card.name === phone ? phone : `${card.name}: ${phone}`;
}

/** First and last name, of a person or a shared contact. */
export function nameOf(person: Fields): string | undefined {
  const parts = [textOf(person['first_name'], 128), textOf(person['last_name'], 128)];
  const name = parts
    .filter((part) => part !== undefined)
    .join(' ')
    .trim();
  return name === '' ? undefined : name;
}
