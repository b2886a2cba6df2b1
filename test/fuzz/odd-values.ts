import type { Chance } from './chance.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const texts: readonly string[] = [
  '', ' ', '\n', '\0', 'a\0b', '\ud800', '\udc00x', '\ufeff', '\u202etxt', '\u200b\u200b', 'e\u0301'.repeat(300), 'Z͑ͫ̓ͪ̂ͫ'.repeat(80), '👩‍👩‍👧‍👦'.repeat(40),
  '🇩🇪', 'שלום', 'مرحبا', 'Ω≈ç√∫', '/start', '/start@acme_bot x', '/help', '@acme_bot', 'STOP', 'start', 'HELP', 'Menschen', 'agent', 'switch ABCD2345',
  "'; DROP TABLE messages;--", '" OR 1=1', '<script>alert(1)</script>', '<b><i>', '{{ vars.x }}', '{{7*7}}', '{% for a in (1..9999999) %}', '${secret:token}',
  '../../../../etc/passwd', '%00', '%s%s%n', '\r\nX-Injected: 1', 'javascript:alert(1)', 'http://169.254.169.254/', 'file:///etc/passwd', 'geo:1,2',
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'true', '-1', '0', '1e309', '0x10', '9007199254740993',
  '2026-11-21T10:00:00Z', '0000-00-00', 'de', 'xx-invalid-locale-tag-that-is-too-long', 'en-US-POSIX', 'image/png', 'text/html; charset=utf-7', 'a/b/c',
  '+491701234567', '491701234567', 'whatsapp:+491701234567', 'US.13491208655302741918', '-1001234567890', '*_~`>#+-=|{}.!', '```', '[x](y', '[x](javascript:1)',
  '((((((((((((((((((((((((((((((((', 'a@b.c, a@b.c', '(a+)+$', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', 'Was kostet die blaue Lampe?', 'What does the blue lamp cost?', 'Thank you!',
]; // biome-ignore format: one word list

const numbers: readonly number[] = [
  0, -0, 1, -1, 0.5, -0.5, 7, 255, 65_536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, -(2 ** 53), 2 ** 63, 1e16, 1e21, 1e308, -1e308, 5e-324, 1_795_000_000, 1e11, 1e13, 8.64e15,
]; // biome-ignore format: one word list

/** Names that are harmless in JSON and not always in a program. */
export const oddNames: readonly string[] = [
  '__proto__', 'constructor', 'prototype', 'toString', 'toJSON', 'then', 'length', 'hasOwnProperty', '', ' ', '\0', '💥', 'a'.repeat(400), '0', '-1', 'id', 'type',
]; // biome-ignore format: one word list

export function oddText(chance: Chance): string {
  const text = chance.one(texts);
  if (!chance.happens(0.06)) return text;
  const length = chance.one([200, 1024, 1025, 4096, 4097, 16_000, 70_000]);
  return (text === '' ? 'x' : text).repeat(Math.ceil(length / Math.max(1, text.length))).slice(0, length);
}

export function oddNumber(chance: Chance): number {
  return chance.one(numbers);
}

export function oddValue(chance: Chance, depth = 0): Json {
  switch (chance.below(depth > 3 ? 4 : 7)) {
    case 0:
      return chance.one([null, true, false]);
    case 1:
      return oddNumber(chance);
    case 2:
    case 3:
      return oddText(chance);
    case 4:
      return [...chance.times(4, () => oddValue(chance, depth + 1))];
    case 5:
      return Object.fromEntries(chance.times(4, () => [chance.one(oddNames), oddValue(chance, depth + 1)]));
    default:
      return chance.one<Json>([[], {}, [[]], [null], [[[[]]]], { a: {} }]);
  }
}
