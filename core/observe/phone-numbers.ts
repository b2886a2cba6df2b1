/** Fields of platforms that hold a telephone number and nothing else, as digits without a sign: WhatsApp's, first of all. */
const numberField = 'wa_?id|recipient_?id|phone(?:_?number)?|msisdn';
/** Fields that often do, and may as well hold the beginning and the end of a time. */
const partyField = 'to|from|recipient|sender';

const numberFieldName = new RegExp(`^(?:${numberField})$`, 'i');
const partyFieldName = new RegExp(`^(?:${partyField})$`, 'i');
/** `"wa_id":"491701234567"`, also escaped inside another JSON text, `wa_id=491701234567`, `phone: 49170 1234567`. */
const numberFieldText = new RegExp(
  String.raw`((?<!\w)(?:${numberField})\\?["']?\s*[:=]\s*\\?["']?)\+?\d[\d ()./-]{5,18}\d(?!\d)`,
  'gi',
);
/** `"to":"491701234567"`: JSON writes a time without quotes; and `?to=491701234567` in an address or a form. */
const partyFieldText = new RegExp(
  String.raw`((\\?["'])(?:${partyField})\2\s*:\s*\2|(?:^|[?&\s])(?:${partyField})=)(\d{7,15})(?!\d)`,
  'gi',
);
/** `+49…` as addresses and forms write it, and links that open a chat. */
const encoded = /%2B[1-9]\d{6,14}(?!\d)/gi;
const chatLink = /(\b(?:wa\.me|api\.whatsapp\.com)\/(?:send\/?\?phone=)?|\bwhatsapp:)\d{7,15}(?!\d)/gi;

/** A text without the telephone numbers that lack their +, where what stands before them says that they are some. */
export function withoutNamedNumbers(text: string): string {
  if (!/\d{4}/.test(text)) return text;
  return text
    .replace(numberFieldText, (all, before: string) => (digitsIn(all.slice(before.length)) ? `${before}[phone]` : all))
    .replace(partyFieldText, (all, before: string, _quote: string, digits: string) =>
      mayBeDialled(digits) ? `${before}[phone]` : all,
    )
    .replace(encoded, '[phone]')
    .replace(chatLink, '$1[phone]');
}

/** Whether a field of this name holds a telephone number that lacks its +. */
export function isNamedNumber(name: string, value: unknown): boolean {
  if (typeof value !== 'string' && !Number.isSafeInteger(value)) return false;
  const text = String(value);
  if (numberFieldName.test(name)) return /^\+?\d[\d ()./-]+$/.test(text) && digitsIn(text);
  return typeof value === 'string' && partyFieldName.test(name) && /^\d{7,15}$/.test(text) && mayBeDialled(text);
}

function digitsIn(text: string): boolean {
  const { length } = text.replaceAll(/\D/g, '');
  return length >= 7 && length <= 15;
}

/**
 * Whether these digits can be a number with its country code. Those of seconds and milliseconds since 1970 and of dates (20261121) cannot:
 * behind 1 follow ten digits, and behind 20, Egypt, eight at least.
 */
function mayBeDialled(digits: string): boolean {
  if (digits.startsWith('0')) return false;
  if (digits.startsWith('1')) return digits.length === 11;
  return !digits.startsWith('20') || digits.length >= 10;
}
