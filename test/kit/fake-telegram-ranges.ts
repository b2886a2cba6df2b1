type Measure = 'characters' | 'bytes' | 'entries' | 'value';

/**
 * What the Bot API's specification says in the description of a field, where its server refuses what is outside. Of texts and captions
 * that carry entities `fake-telegram-rules` knows more.
 */
const ranges: Readonly<Record<string, readonly [from: number, to: number, of: Measure]>> = {
  'answerCallbackQuery.text': [0, 200, 'characters'],
  'getUpdates.limit': [1, 100, 'value'],
  'sendContact.vcard': [0, 2048, 'bytes'],
  'sendLocation.horizontal_accuracy': [0, 1500, 'value'],
  'sendLocation.proximity_alert_radius': [1, 100_000, 'value'],
  'sendMediaGroup.media': [2, 10, 'entries'],
  'setWebhook.max_connections': [1, 100, 'value'],
  'CopyTextButton.text': [1, 256, 'characters'],
  'ForceReply.input_field_placeholder': [1, 64, 'characters'],
  'InputMediaAudio.caption': [0, 1024, 'characters'],
  'InputMediaDocument.caption': [0, 1024, 'characters'],
  'InputMediaLivePhoto.caption': [0, 1024, 'characters'],
  'InputMediaPhoto.caption': [0, 1024, 'characters'],
  'InputMediaVideo.caption': [0, 1024, 'characters'],
  'KeyboardButtonRequestUsers.max_quantity': [1, 10, 'value'],
  'ReplyKeyboardMarkup.input_field_placeholder': [1, 64, 'characters'],
  'ReplyParameters.quote': [0, 1024, 'characters'],
};
const parseModes = new Set(['html', 'markdown', 'markdownv2']);

/** @param owner The method or type that has the field. */
export function rangeFault(owner: string, name: string, value: unknown): string | undefined {
  if (name === 'parse_mode' || name.endsWith('_parse_mode')) {
    if (value === '') return undefined;
    if (!parseModes.has(String(value).toLowerCase())) return 'unsupported parse_mode';
    // The real server reads them, and refuses broken ones: yes to all of them would be worse than no.
    return `the fake of Telegram does not read the marks of ${value}. Send ${name.replace('parse_mode', 'entities')}`;
  }
  const range = ranges[`${owner}.${name}`];
  if (range === undefined) return undefined;
  const [from, to, of] = range;
  const size = sizeOf(value, of);
  return size >= from && size <= to ? undefined : `${name} is out of range`;
}

function sizeOf(value: unknown, of: Measure): number {
  switch (of) {
    case 'value':
      return Number(value);
    case 'bytes':
      return Buffer.byteLength(String(value));
    default:
      return (value as { readonly length: number }).length;
  }
}
