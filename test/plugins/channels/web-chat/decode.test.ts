import fc from 'fast-check';
import { PolyphonError } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { decodeMessage, decodeNewSession, decodeObject } from '../../../../plugins/channels/web-chat/decode.ts';

const limits = { maxChars: 4000, maxAttachmentBytes: 8_000_000 };
const message = (body: unknown) => decodeMessage(decodeObject(JSON.stringify(body)), 'ses_1', limits);
const code = (run: () => unknown): string => {
  try {
    run();
    return 'taken';
  } catch (error) {
    return error instanceof PolyphonError ? error.code : `crashed: ${String(error)}`;
  }
};

describe('a message body', () => {
  it('becomes a message of its session, under the client id', () => {
    expect(message({ id: 'c-1', text: 'Hallo' })).toEqual({
      id: 'c-1',
      conversation: 'ses_1',
      contact: { id: 'ses_1' },
      text: 'Hallo',
    });
  });

  it.each([
    ['nothing to say', { id: '1' }, 'WEB3002'],
    ['only spaces', { id: '1', text: '  \n ' }, 'WEB3002'],
    ['no id', { text: 'Hallo' }, 'WEB3002'],
    ['a number as id', { id: 1, text: 'Hallo' }, 'WEB3002'],
    ['an id with a space', { id: 'a b', text: 'Hallo' }, 'WEB3002'],
    ['an id of 129 characters', { id: 'a'.repeat(129), text: 'Hallo' }, 'WEB3002'],
    ['a text that is a list', { id: '1', text: ['Hallo'] }, 'WEB3002'],
    ['100 kB of text', { id: '1', text: 'x'.repeat(100_000) }, 'WEB3003'],
    ['half a surrogate pair', { id: '1', text: 'Hallo \ud83d' }, 'WEB3002'],
    ['a NUL', { id: '1', text: 'a\u0000b' }, 'WEB3002'],
    ['a field nobody knows', { id: '1', text: 'Hallo', admin: 'yes' }, 'WEB3002'],
    [
      'an attachment by http',
      { id: '1', attachments: [{ kind: 'image', mediaType: 'image/png', url: 'http://a.example/x' }] },
      'WEB3002',
    ],
    [
      'an attachment by javascript',
      { id: '1', attachments: [{ kind: 'image', mediaType: 'image/png', url: 'javascript:alert(1)' }] },
      'WEB3002',
    ],
    [
      'an attachment over the limit',
      {
        id: '1',
        attachments: [{ kind: 'image', mediaType: 'image/png', url: 'https://a.example/x', bytes: 8_000_001 }],
      },
      'WEB3002',
    ],
    [
      'six attachments',
      { id: '1', attachments: Array(6).fill({ kind: 'image', mediaType: 'image/png', url: 'https://a.example/x' }) },
      'WEB3002',
    ],
    ['an action without an id', { id: '1', action: { label: 'Yes' } }, 'WEB3002'],
  ])('with %s is refused', (_what, body, expected) => {
    expect(code(() => message(body))).toBe(expected);
  });

  it('never quotes what the person wrote in the refusal', () => {
    const secret = 'my-password-is-swordfish';
    try {
      message({ id: '1', text: 'Hallo', [secret]: secret });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('swordfish');
    }
  });

  it('that is any JSON or any bytes is taken or refused, and nothing else happens (10,000 tries)', () => {
    const keys = fc.constantFrom(
      'id',
      'text',
      'attachments',
      'action',
      'contact',
      'locale',
      'metadata',
      '__proto__',
      'x',
    );
    const bodies = fc.oneof(
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc.uint8Array({ maxLength: 200 }),
      fc.dictionary(keys, fc.jsonValue()).map((value) => new TextEncoder().encode(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        for (const outcome of [
          code(() => decodeMessage(decodeObject(body), 'ses_1', limits)),
          code(() => decodeNewSession(decodeObject(body))),
        ]) {
          expect(outcome).toMatch(/^(taken|WEB300[23])$/);
        }
      }),
      { numRuns: 10_000, seed: 7 },
    );
  });
});

describe('the body of a new session', () => {
  it('may be empty', () => {
    expect(decodeNewSession(decodeObject(new Uint8Array()))).toEqual({});
  });

  it.each([
    ['a locale that is none', { locale: 'de_DE; drop table' }],
    ['metadata over 4 kB', { metadata: { note: 'x'.repeat(5000) } }],
    ['metadata with half a surrogate pair', { metadata: { note: '\udc00' } }],
    ['a contact that is a text', { contact: 'me' }],
    ['a contact field nobody knows', { contact: { admin: 'yes' } }],
  ])('with %s is refused', (_what, body) => {
    expect(code(() => decodeNewSession(decodeObject(JSON.stringify(body))))).toBe('WEB3002');
  });
});
