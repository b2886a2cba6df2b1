import type { Methods, Opts } from './api.ts';
import type { RefusedPart } from './failure.ts';
import { type FormattedText, withLines, withoutMarks } from './formatted-text.ts';
import { type Buttons, fewerButtons, keyboardOf } from './keyboard.ts';

export const maxTextLength = 4096;

export type SendMethod =
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
  /** What to send where Telegram does not take a part of its form: the same words with less of it. Undefined where nothing is left to lose. */
  instead?(refused: RefusedPart): Step | undefined;
}

export function textStep(piece: FormattedText, buttons: Buttons): Step {
  return {
    ...send('sendMessage', { ...textPayload(piece), ...markupOf(buttons) }),
    instead: (refused) => {
      const hasMarks = piece.entities.length > 0;
      const fewer = refused === 'buttons' || !hasMarks ? fewerButtons(buttons) : undefined;
      if (fewer !== undefined) return textStep(withLines(piece, fewer.lines, maxTextLength), fewer.buttons);
      return hasMarks ? textStep(withoutMarks(piece, maxTextLength), buttons) : undefined;
    },
  };
}

export function textPayload({ text, entities }: FormattedText) {
  return {
    text,
    ...(entities.length === 0 ? {} : { entities: entities as NonNullable<Opts<'sendMessage'>['entities']> }),
    // A preview of the first link would be larger than the answer.
    link_preview_options: { is_disabled: true },
  };
}

export type Markup = Pick<Opts<'sendMessage'>, 'reply_markup'>;

export function markupOf(buttons: Buttons): Markup {
  const keyboard = keyboardOf(buttons);
  return keyboard === undefined ? {} : { reply_markup: keyboard };
}

/** Checks a call against Telegraf's types. */
export function send<M extends SendMethod & keyof Methods>(method: M, payload: Omit<Opts<M>, 'chat_id'>): Step {
  return { method, payload };
}
