import type { Attachment, OutboundMessage } from 'polyphon/plugin';
import { attachmentStep, fileWords, isSendable, maxCaptionLength } from './attachment-step.ts';
import { type FormattedText, splitFormatted, tidy, withLines } from './formatted-text.ts';
import { noButtons, sourceLines } from './keyboard.ts';
import { formatMarkdown } from './markdown.ts';
import { maxTextLength, type Step, textStep } from './step.ts';

/** Beyond a handful it is a collection, which an album of Telegram does not hold either. */
const maxAttachments = 10;
const noWords: FormattedText = { text: '', entities: [] };

/** A message as the calls that say it, in order; usually one. */
export function encode(message: OutboundMessage): readonly Step[] {
  const inWords = attachmentsInWords(message);
  const texts = splitFormatted(withLines(withSources(message), inWords.map(fileWords)), maxTextLength);
  const attachments = attachmentsOf(message).filter((attachment) => !inWords.includes(attachment));
  const [text = noWords] = texts;

  const only = attachments.length === 1 && texts.length <= 1 ? attachments[0] : undefined;
  if (only !== undefined && text.text.length <= maxCaptionLength) {
    const step = attachmentStep(only, text, message);
    if (step !== undefined) return [step];
  }
  const last = texts.length - 1;
  const textSteps = texts.map((piece, index) => textStep(piece, index === last ? message : noButtons));
  const mediaSteps = attachments.flatMap((attachment, index) => {
    const closes = textSteps.length === 0 && index === attachments.length - 1;
    return attachmentStep(attachment, noWords, closes ? message : noButtons) ?? [];
  });
  return [...textSteps, ...mediaSteps];
}

/** The words of a message that replaces another. */
export function encodeEdit(message: OutboundMessage): FormattedText | undefined {
  return splitFormatted(withSources(message), maxTextLength)[0];
}

/** What Telegram has no way to fetch, as from `http://localhost`: its name and address stand in the text. */
export function attachmentsInWords(message: OutboundMessage): readonly Attachment[] {
  return attachmentsOf(message).filter((attachment) => !isSendable(attachment));
}

function attachmentsOf({ attachments }: OutboundMessage): readonly Attachment[] {
  return attachments.filter(({ kind }) => kind !== 'unsupported').slice(0, maxAttachments);
}

function withSources(message: OutboundMessage): FormattedText {
  const formatted = formatMarkdown(message.text);
  const lines = sourceLines(message.citations);
  return lines.length === 0 ? formatted : tidy(withLines(formatted, lines));
}
