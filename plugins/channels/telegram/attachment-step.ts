import type { Attachment } from 'polyphon/plugin';
import type { Opts } from './api.ts';
import { type FormattedText, withLines, withoutMarks } from './formatted-text.ts';
import { type Buttons, cleanLabel, fewerButtons } from './keyboard.ts';
import { linkable, spelledOut } from './link-address.ts';
import { type Markup, markupOf, maxTextLength, type Step, send, textStep } from './step.ts';

export const maxCaptionLength = 1024;
const noWords: FormattedText = { text: '', entities: [] };

/** Undefined for what has no address that Telegram could fetch. */
export function attachmentStep(attachment: Attachment, text: FormattedText, buttons: Buttons): Step | undefined {
  const { kind } = attachment;
  if (kind === 'location' || kind === 'contact') return text.text === '' ? sharedStep(attachment, buttons) : undefined;
  const address = fileAddress(attachment);
  if (kind === 'unsupported' || address === undefined) return undefined;
  const caption =
    text.text === ''
      ? {}
      : { caption: text.text, ...(text.entities.length === 0 ? {} : { caption_entities: captionEntities(text) }) };
  return {
    ...fileStep(kind, attachment, address, { ...caption, ...markupOf(buttons) }),
    instead: (refused) => {
      const fewer = refused === 'buttons' ? fewerButtons(buttons) : undefined;
      if (fewer !== undefined)
        return attachmentStep(attachment, withLines(text, fewer.lines, maxCaptionLength), fewer.buttons);
      if (refused === 'marks' && text.entities.length > 0)
        return attachmentStep(attachment, withoutMarks(text, maxCaptionLength), buttons);
      return textStep(withLines(text, [fileWords(attachment)], maxTextLength), buttons);
    },
  };
}

/** Whether a message of its own can say it. */
export function isSendable(attachment: Attachment): boolean {
  return attachmentStep(attachment, noWords, { actions: [], citations: [] }) !== undefined;
}

/** A file in words: its name and its address. */
export function fileWords({ name, url }: Attachment): string {
  return [cleanLabel(name ?? ''), spelledOut(url ?? '')].filter((part) => part !== '').join(' ');
}

function fileAddress({ url }: Attachment): string | undefined {
  const address = url === undefined ? undefined : linkable(url);
  return address?.startsWith('tg:') ? undefined : address;
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

/** A place or a visiting card, which have no words under them. */
function sharedStep(attachment: Attachment, buttons: Buttons): Step | undefined {
  const markup = markupOf(buttons);
  const step = attachment.kind === 'location' ? locationStep(attachment, markup) : contactStep(attachment, markup);
  if (step === undefined) return undefined;
  return {
    ...step,
    instead: () => {
      const fewer = fewerButtons(buttons);
      return fewer === undefined ? undefined : sharedStep(attachment, fewer.buttons);
    },
  };
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
