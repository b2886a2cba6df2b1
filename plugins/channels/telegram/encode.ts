import type { Attachment, OutboundMessage } from 'polyphon/plugin';
import type { Methods, Opts } from './api.ts';
import { type FormattedText, splitFormatted, tidy } from './formatted-text.ts';
import { keyboardOf, sourceLines } from './keyboard.ts';
import { linkable } from './link-address.ts';
import { formatMarkdown } from './markdown.ts';

export const maxTextLength = 4096;
const maxCaptionLength = 1024;
/** Beyond a handful it is a collection, which an album of Telegram does not hold either. */
const maxAttachments = 10;

type SendMethod =
  | 'sendMessage'
  | 'sendPhoto'
  | 'sendVideo'
  | 'sendAudio'
  | 'sendVoice'
  | 'sendDocument'
  | 'sendSticker'
  | 'sendLocation'
  | 'sendContact';

/** One call; the sender adds where it goes. */
export interface Step {
  readonly method: SendMethod;
  readonly payload: object;
  /** What to send instead when Telegram cannot take it in this form: the same words without the form. */
  readonly plain?: Step;
}

/** A message as the calls that say it, in order; usually one. */
export function encode(message: OutboundMessage): readonly Step[] {
  const texts = splitFormatted(withSources(message), maxTextLength);
  const keyboard = keyboardOf(message.actions, message.citations);
  const markup = keyboard === undefined ? {} : { reply_markup: keyboard };
  const attachments = message.attachments.slice(0, maxAttachments);
  const [text] = texts;

  const only = attachments.length === 1 && texts.length <= 1 ? attachments[0] : undefined;
  if (only !== undefined && (text === undefined || text.text.length <= maxCaptionLength)) {
    const step = attachmentStep(only, text, markup);
    if (step !== undefined) return [step];
  }
  const last = texts.length - 1;
  const textSteps = texts.map((piece, index) => textStep(piece, index === last ? markup : {}));
  const mediaSteps = attachments.flatMap((attachment, index) => {
    const closes = textSteps.length === 0 && index === attachments.length - 1;
    return attachmentStep(attachment, undefined, closes ? markup : {}) ?? [];
  });
  return [...textSteps, ...mediaSteps];
}

/** The words of a message that replaces another. */
export function encodeEdit(message: OutboundMessage): FormattedText | undefined {
  return splitFormatted(withSources(message), maxTextLength)[0];
}

export function textPayload({ text, entities }: FormattedText) {
  return {
    text,
    ...(entities.length === 0 ? {} : { entities: entities as NonNullable<Opts<'sendMessage'>['entities']> }),
    // A preview of the first link would be larger than the answer.
    link_preview_options: { is_disabled: true },
  };
}

function withSources(message: OutboundMessage): FormattedText {
  const formatted = formatMarkdown(message.text);
  const lines = sourceLines(message.citations);
  if (lines.length === 0) return formatted;
  return tidy({ ...formatted, text: `${formatted.text}\n\n${lines.join('\n')}` });
}

type Markup = Pick<Opts<'sendMessage'>, 'reply_markup'>;

function textStep(piece: FormattedText, markup: Markup): Step {
  const plain = send('sendMessage', { ...textPayload({ text: piece.text, entities: [] }) });
  return { ...send('sendMessage', { ...textPayload(piece), ...markup }), plain };
}

/** Undefined for what has no address that Telegram could fetch. */
function attachmentStep(attachment: Attachment, text: FormattedText | undefined, markup: Markup): Step | undefined {
  const { kind, url } = attachment;
  const named = text === undefined || text.text === '';
  if (kind === 'location') return named ? locationStep(attachment, markup) : undefined;
  if (kind === 'contact') return named ? contactStep(attachment, markup) : undefined;
  if (kind === 'unsupported') return undefined;
  const address = url === undefined ? undefined : linkable(url);
  if (address === undefined || address.startsWith('tg:')) return undefined;
  const caption =
    text === undefined
      ? {}
      : { caption: text.text, ...(text.entities.length === 0 ? {} : { caption_entities: captionEntities(text) }) };
  const words = [text?.text, `${attachment.name ?? ''} ${address}`.trim()].filter(Boolean).join('\n\n');
  const plain = send('sendMessage', { ...textPayload({ text: words, entities: [] }), ...markup });
  return { ...fileStep(kind, attachment, address, { ...caption, ...markup }), plain };
}

function fileStep(
  kind: Exclude<Attachment['kind'], 'location' | 'contact' | 'unsupported'>,
  attachment: Attachment,
  address: string,
  rest: Pick<Opts<'sendDocument'>, 'caption' | 'caption_entities' | 'reply_markup'>,
): Step {
  switch (kind) {
    case 'image':
      // As a photo an animated or vector picture would be refused.
      return /gif|svg/.test(attachment.mediaType)
        ? send('sendDocument', { document: address, ...rest })
        : send('sendPhoto', { photo: address, ...rest });
    case 'video':
      return send('sendVideo', { video: address, ...rest });
    case 'audio':
      return /ogg|opus/.test(attachment.mediaType)
        ? send('sendVoice', { voice: address, ...rest })
        : send('sendAudio', { audio: address, ...rest });
    case 'sticker':
      return rest.caption === undefined
        ? send('sendSticker', {
            sticker: address,
            ...(rest.reply_markup === undefined ? {} : { reply_markup: rest.reply_markup }),
          })
        : send('sendDocument', { document: address, ...rest });
    case 'document':
      return send('sendDocument', { document: address, ...rest });
    default:
      return kind satisfies never;
  }
}

function locationStep({ url }: Attachment, markup: Markup): Step | undefined {
  const [, latitude, longitude] = /^geo:(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)/.exec(url ?? '') ?? [];
  if (latitude === undefined || longitude === undefined) return undefined;
  return send('sendLocation', { latitude: Number(latitude), longitude: Number(longitude), ...markup });
}

function contactStep({ url, name }: Attachment, markup: Markup): Step | undefined {
  const phone = /^tel:(\+?[\d .()-]{3,32})$/.exec(url ?? '')?.[1];
  if (phone === undefined) return undefined;
  return send('sendContact', {
    phone_number: phone,
    first_name: (name ?? phone).slice(0, 64).toWellFormed(),
    ...markup,
  });
}

function captionEntities({ entities }: FormattedText) {
  return entities as NonNullable<Opts<'sendPhoto'>['caption_entities']>;
}

/** Checks a call against Telegraf's types. */
function send<M extends SendMethod & keyof Methods>(method: M, payload: Omit<Opts<M>, 'chat_id'>): Step {
  return { method, payload };
}
