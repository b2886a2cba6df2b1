import type { Attachment, InboundMessage } from 'polyphon/plugin';
import { consentOf, isAnsweredByTwilio } from './consent-words.ts';
import { type Fields, textOf } from './fields.ts';

/** Loose: services that speak Twilio's API form their own. */
const sidShape = /^[\w-]{2,100}$/;
const addressShape = /^[\x21-\x7e]{1,100}$/;
const maxNameLength = 200;
/** What a person sent on WhatsApp and Twilio gives no content of; any other kind without content says nothing, as a reaction. */
const unreadable: ReadonlySet<string> = new Set(['unsupported', 'unknown', 'order', 'contacts', 'poll', 'event']);
/** Twilio's limit for MMS. */
const maxMedia = 10;

/**
 * The message in a webhook, or the name of why there is none.
 * @param mediaOrigin Files elsewhere are not Twilio's, whatever the webhook says: their address is dropped.
 */
export function decodeMessage(fields: Fields, mediaOrigin: string): InboundMessage | string {
  const id = textOf(fields, 'MessageSid') ?? textOf(fields, 'SmsMessageSid') ?? textOf(fields, 'SmsSid');
  const from = textOf(fields, 'From')?.trim();
  if (id === undefined || !sidShape.test(id)) return 'message-without-sid';
  if (from === undefined || !addressShape.test(from)) return 'message-without-sender';
  const network = from.startsWith('whatsapp:') ? 'whatsapp' : 'sms';
  const place = locationOf(fields);
  const attachments = [...mediaOf(fields, network, mediaOrigin), ...(place === undefined ? [] : [place.attachment])];
  const action = actionOf(fields);
  const body = textOf(fields, 'Body');
  const text = body === undefined || body.trim() === '' ? place?.text : body;
  const consent = action === undefined ? consentOf(fields, network) : undefined;
  if (text === undefined && attachments.length === 0 && action === undefined && consent === undefined) {
    const kind = /^[a-z_]{1,40}$/.exec(textOf(fields, 'MessageType') ?? '')?.[0] ?? 'message-without-content';
    if (!unreadable.has(kind)) return kind;
    attachments.push(unreadableOf(kind));
  }
  const quoted = textOf(fields, 'OriginalRepliedMessageSid')?.slice(0, 100);
  const metadata = metadataOf(fields);
  return {
    id,
    conversation: from,
    contact: contactOf(fields, from),
    ...(text === undefined ? {} : { text }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(action === undefined ? {} : { action }),
    ...(quoted === undefined ? {} : { quotes: { id: quoted } }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(consent === undefined ? {} : { consent }),
    ...(isAnsweredByTwilio(fields, network) ? { consentNotice: 'platform' as const } : {}),
  };
}

function unreadableOf(kind: string): Attachment {
  const name = kind === 'unsupported' || kind === 'unknown' ? 'message' : kind;
  return { id: 'unsupported', kind: 'unsupported', mediaType: 'application/octet-stream', name };
}

function contactOf(fields: Fields, from: string): InboundMessage['contact'] {
  const name = textOf(fields, 'ProfileName')?.slice(0, maxNameLength).toWellFormed();
  const phone = /^(?:whatsapp:|rcs:)?(\+[1-9][0-9]{4,19})$/.exec(from)?.[1];
  return { id: from, ...(name === undefined ? {} : { name }), ...(phone === undefined ? {} : { phone }) };
}

function mediaOf(fields: Fields, network: 'sms' | 'whatsapp', mediaOrigin: string): readonly Attachment[] {
  const told = Number(textOf(fields, 'NumMedia') ?? 0);
  const count = Number.isInteger(told) && told > 0 ? Math.min(told, maxMedia) : 0;
  return Array.from({ length: count }, (_, index): Attachment => {
    const url = textOf(fields, `MediaUrl${index}`);
    const mediaType = mediaTypeOf(textOf(fields, `MediaContentType${index}`));
    return {
      id: /\/Media\/(ME[0-9a-fA-F]{32})$/.exec(url ?? '')?.[1] ?? String(index + 1),
      kind: kindOf(mediaType, network),
      mediaType,
      ...(url !== undefined && isMediaAddress(url, mediaOrigin) ? { url } : {}),
    };
  });
}

/** Whether an address may be asked with the account's credentials. */
export function isMediaAddress(address: string, mediaOrigin: string): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, username, password } = new URL(address);
  return origin === mediaOrigin && username === '' && password === '';
}

/** Without parameters, as in `audio/ogg` for `audio/ogg; codecs=opus`. */
export function mediaTypeOf(value: string | undefined): string {
  const found = /^[a-z]+\/[a-z0-9.+-]{1,80}/i.exec(value ?? '')?.[0];
  return found?.toLowerCase() ?? 'application/octet-stream';
}

function kindOf(mediaType: string, network: 'sms' | 'whatsapp'): Attachment['kind'] {
  // WhatsApp sends photographs as JPEG or PNG, and stickers only as WebP.
  if (network === 'whatsapp' && mediaType === 'image/webp') return 'sticker';
  if (mediaType === 'text/vcard' || mediaType === 'text/x-vcard' || mediaType === 'text/directory') return 'contact';
  const [family] = mediaType.split('/');
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
}

function locationOf(fields: Fields): { readonly attachment: Attachment; readonly text: string } | undefined {
  const latitude = degreesOf(textOf(fields, 'Latitude'), 90);
  const longitude = degreesOf(textOf(fields, 'Longitude'), 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  const name = textOf(fields, 'Label')?.slice(0, maxNameLength).toWellFormed();
  const place = [name, textOf(fields, 'Address')?.slice(0, 1000).toWellFormed()]
    .filter((part) => part !== undefined)
    .join(', ');
  const url = `geo:${latitude},${longitude}`;
  return {
    text: place === '' ? url : `${place} (${url})`,
    attachment: {
      id: 'location',
      kind: 'location',
      mediaType: 'application/geo+json',
      url,
      ...(name === undefined ? {} : { name }),
    },
  };
}

function degreesOf(value: string | undefined, most: number): number | undefined {
  if (value === undefined || !/^-?\d{1,3}(?:\.\d{1,15})?$/.test(value)) return undefined;
  const degrees = Number(value);
  return Math.abs(degrees) <= most ? degrees : undefined;
}

function actionOf(fields: Fields): InboundMessage['action'] {
  const id = textOf(fields, 'ButtonPayload') ?? textOf(fields, 'ListId');
  if (id === undefined) return undefined;
  const label = textOf(fields, 'ButtonText') ?? textOf(fields, 'ListTitle') ?? textOf(fields, 'Body');
  return {
    id: id.slice(0, 256).toWellFormed(),
    ...(label === undefined ? {} : { label: label.slice(0, maxNameLength).toWellFormed() }),
  };
}

/** What else is worth keeping of a message. */
function metadataOf(fields: Fields): InboundMessage['metadata'] {
  const short = (name: string) => textOf(fields, name)?.slice(0, maxNameLength).toWellFormed();
  const facts = {
    to: short('To'),
    whatsappId: short('WaId'),
    country: short('FromCountry'),
    replyTo: short('OriginalRepliedMessageSid'),
    forwarded: isTrue(fields, 'Forwarded') || isTrue(fields, 'FrequentlyForwarded') || undefined,
    referral: short('ReferralSourceId'),
    referralHeadline: short('ReferralHeadline'),
    // Twilio has answered the word itself.
    answeredByTwilio: textOf(fields, 'OptOutType') === undefined ? undefined : true,
  };
  const told = Object.entries(facts).filter(([, value]) => value !== undefined);
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

function isTrue(fields: Fields, name: string): boolean {
  return textOf(fields, name)?.toLowerCase() === 'true';
}
