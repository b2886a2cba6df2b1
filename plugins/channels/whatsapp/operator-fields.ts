import { PolyphonError, type RouteCall } from 'polyphon/plugin';
import type { Fields } from './loose-json.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** @throws PolyphonError WAP3304 for anything but a JSON object with these members. */
export function fieldsOf(call: RouteCall, known: readonly string[]): Fields {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(call.body));
  } catch {
    throw malformed('the body is not JSON in UTF-8', 'Send a JSON object');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('the body is not a JSON object', 'Send { "to": "+16505551234" } or the like');
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw malformed('it has a member this address does not know', `Known: ${known.join(', ')}`);
  return value as Fields;
}

export function textIn(fields: Fields, name: string, maxLength: number): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const isText = typeof value === 'string' && value.isWellFormed() && !value.includes('\u0000');
  if (!isText || value.trim() === '' || value.length > maxLength) {
    throw malformed(`\`${name}\` is not a text of 1 to ${maxLength} characters`, 'Correct it or leave it out');
  }
  return value;
}

export function listIn(fields: Fields, name: string, most: number): readonly unknown[] {
  const value = fields[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(`\`${name}\` is not a list`, 'Send one in brackets, also of one entry');
  if (value.length > most) throw malformed(`\`${name}\` has more than ${most} entries`, 'Send fewer');
  return value;
}

export function isWeb(url: string): boolean {
  return URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol);
}

export function isHttps(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}

export function malformed(what: string, next: string): PolyphonError {
  return new PolyphonError('WAP3304', `WhatsApp: ${what}. ${next}.`);
}
