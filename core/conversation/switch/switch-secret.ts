import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../contract/index.ts';

/** Without the letters and digits that are taken for one another. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const wordLength = 8;
const codeRange = 1_000_000;

/** Six digits, each number as likely as any other. */
export function newCode(random: Random): string {
  const fair = Math.floor(0x1_0000_0000 / codeRange) * codeRange;
  for (;;) {
    const number = Buffer.from(random.token(4), 'base64url').readUInt32BE();
    if (number < fair) return String(number % codeRange).padStart(6, '0');
  }
}

/** Eight characters; with some hundred claims open at once, a guess has one chance in a thousand million. */
export function newWord(random: Random): string {
  let word = '';
  while (word.length < wordLength) {
    for (const byte of Buffer.from(random.token(16), 'base64url')) {
      if (word.length < wordLength && byte < 8 * alphabet.length) word += alphabet[byte % alphabet.length];
    }
  }
  return word;
}

/** What is stored of a code or a word. It lapses in minutes, which is its protection; the hash keeps it out of copies and exports. */
export function hashOfSecret(scope: string, secret: string): Buffer {
  return createHash('sha256').update(`${scope}\n${secret}`).digest();
}

export function sameSecret(stored: Buffer, hash: Buffer): boolean {
  return stored.length === hash.length && timingSafeEqual(stored, hash);
}

/**
 * A code as people type it: `123456`, `123 456`, `123-456`, `12 34 56`, `"123456".`, `my code is 123456`, `123456 is it`, `١٢٣٤٥٦`. Nobody
 * asks for it unless one is awaited, so that a few words beside it need not say what it is; but a question is about something else, as in
 * `where is order 123456?`.
 */
export function codeIn(text: string): string | undefined {
  const typed = inDigits(visible(text));
  const [, spaced] = /^[\s\p{P}]*(\d(?:\s*\d){5})[\s\p{P}]*$/u.exec(typed) ?? [];
  if (spaced !== undefined) return spaced.replace(/\s/g, '');
  const [, before = '', first, second, after = ''] =
    /^(\D{0,20}[\s\p{P}])?(\d{3})[\s-]?(\d{3})([\s\p{P}]\D{0,20})?$/u.exec(typed) ?? [];
  if (/\p{L}/u.test(before + after) && /[?？؟]/u.test(text)) return undefined;
  return first === undefined ? undefined : `${first}${second}`;
}

/** The digits of Arabic and Persian, and those of full width: a keyboard has its own. Each set begins at a multiple of 16. */
const otherDigits = /[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g;

function inDigits(text: string): string {
  return text.replace(otherDigits, (digit) => String(digit.charCodeAt(0) % 16));
}

/** The word in `switch ABCD2345`, also behind Telegram's `/start`. */
export function wordIn(text: string): string | undefined {
  const [, word] =
    /^(?:\s*\/start(?:@\w+)?\s+|[\s\p{P}]*)switch[\s_-]+([2-9a-hjkmnp-tv-z]{8})[\s\p{P}]*$/iu.exec(visible(text)) ?? [];
  return word?.toUpperCase();
}

/** Without marks of direction and the like: they come along when something is copied out of a text written from right to left. */
function visible(text: string): string {
  return text.replace(/\p{Cf}/gu, '');
}

/** Whether it can be nothing else: `switch adapters` is a question. */
export function isSurelyWord(word: string): boolean {
  return /\d/.test(word);
}

/** A telephone number without what people put between its digits; anything else as it is. */
export function plainAddress(address: string): string {
  const trimmed = address.trim();
  return /^\+?[\d(][\d\s()./-]{5,}$/.test(trimmed) ? trimmed.replace(/[^\d+]/g, '') : trimmed;
}

/** Who sent a word, in what the platform itself tells of them. */
export interface WordSender {
  /** The platform's id of the person. */
  readonly id: string;
  readonly username?: string;
  readonly phone?: string;
}

/**
 * Whether a word from `sender` confirms a claim of `claimed`: it is the platform's id of the person, the name it has for them, or their
 * telephone number; of two numbers one may lack the country. What the platform does not tell proves nothing.
 */
export function isClaimed(claimed: string, { id, username, phone }: WordSender): boolean {
  if (claimed === id) return true;
  if (username !== undefined && nameOf(claimed) === nameOf(username)) return true;
  const number = digitsOf(claimed);
  const own = digitsOf(phone ?? (plainAddress(id).startsWith('+') ? id : ''));
  return number !== '' && own !== '' && (own.endsWith(number) || number.endsWith(own));
}

function nameOf(written: string): string {
  return written.trim().replace(/^@/, '').toLowerCase();
}

/** Without the zeros and the sign in front; empty where it is no number that can be called. */
function digitsOf(address: string): string {
  // Some platforms put their name in front, as in `whatsapp:+49301234567`.
  const plain = plainAddress(address.replace(/^[a-z]+:/, ''));
  const digits = /^\+?\d+$/.test(plain) ? plain.replace(/^[+0]+/, '') : '';
  return digits.length >= 6 ? digits : '';
}
