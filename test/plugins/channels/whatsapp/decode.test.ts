import type { InboundMessage } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { type DecodedWebhook, decodeWebhook } from '../../../../plugins/channels/whatsapp/decode.ts';
import { fakeWhatsappWebhook } from '../../../kit/index.ts';
import { decodedSamples } from './decoded-samples.ts';
import { samples } from './samples.ts';

const number = '106540352242922';

/** One message of 16505551234, decoded. */
function decoded(content: Readonly<Record<string, unknown>>): DecodedWebhook {
  const message = { from: { phone: '16505551234' }, id: 'wamid.1', at: 1_749_416_383_000, content };
  return decodeWebhook(fakeWhatsappWebhook(number, { messages: [message] }), number);
}

function told({ messages, statuses, moves, leftOut }: DecodedWebhook): string {
  const words = messages.map(({ text, attachments = [], action }: InboundMessage) =>
    [
      text,
      attachments.map(({ kind, name }) => (kind === 'unsupported' ? `[${kind}: ${name}]` : `[${kind}]`)).join(''),
      action === undefined ? '' : `(${action.id})`,
    ]
      .filter(Boolean)
      .join(' '),
  );
  const moved = moves.map(({ from, to }) => `${from} is ${to}`);
  return [...words, ...statuses.map(({ status }) => status), ...moved, ...leftOut.map((kind) => `- ${kind}`)].join(
    ' | ',
  );
}

describe('every published sample', () => {
  it('has a line in the table', () => {
    expect(samples.map(({ name }) => name).toSorted()).toEqual(Object.keys(decodedSamples).toSorted());
  });

  it.each(samples)('$name is mapped or left out by name', ({ name, body, phoneNumberId }) => {
    expect(told(decodeWebhook(body, phoneNumberId))).toBe(decodedSamples[name]);
  });

  it.each(samples)('$name brings nothing to a bot with another number', ({ body }) => {
    const { messages, statuses } = decodeWebhook(body, '999');
    expect([...messages, ...statuses]).toEqual([]);
  });
});

describe('a message', () => {
  it('keeps its id, its time, who wrote and what it answers', () => {
    const { messages } = decoded({ type: 'text', text: { body: 'And in blue?' }, context: { id: 'wamid.0' } });
    expect(messages).toEqual([
      {
        id: 'wamid.1',
        conversation: '16505551234',
        contact: { id: '16505551234', name: 'Sheena Nelson', phone: '+16505551234' },
        text: 'And in blue?',
        sentAt: 1_749_416_383_000,
        quotes: { id: 'wamid.0' },
        metadata: { replyTo: 'wamid.0' },
      },
    ]);
  });

  it('of a person who hides the telephone number goes by the business-scoped user id', () => {
    const from = { userId: 'US.13491208655302741918', name: 'Ana' };
    const message = { from, id: 'wamid.1', at: 1_749_416_383_000, content: { type: 'text', text: { body: 'Hi' } } };
    const { messages } = decodeWebhook(fakeWhatsappWebhook(number, { messages: [message] }), number);
    expect(messages).toMatchObject([
      {
        conversation: 'US.13491208655302741918',
        contact: { id: 'US.13491208655302741918', name: 'Ana' },
        metadata: { userId: 'US.13491208655302741918' },
      },
    ]);
    expect(messages[0]?.contact.phone).toBeUndefined();
  });

  it('with both ids stays with the telephone number', () => {
    const from = { phone: '16505551234', userId: 'US.13491208655302741918' };
    const message = { from, id: 'wamid.1', at: 0, content: { type: 'text', text: { body: 'Hi' } } };
    const { messages } = decodeWebhook(fakeWhatsappWebhook(number, { messages: [message] }), number);
    expect(messages).toMatchObject([{ conversation: '16505551234', metadata: { userId: 'US.13491208655302741918' } }]);
  });

  it('that is a reaction quotes what it is to, and nobody waits for an answer', () => {
    const { messages } = decoded({ type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '👍' } });
    expect(messages).toMatchObject([{ id: 'wamid.1', text: '👍', quotes: { id: 'wamid.0' }, reply: 'none' }]);
  });

  it('that replaces an earlier one names it', () => {
    const { messages } = decoded({
      type: 'edit',
      edit: { original_message_id: 'wamid.0', message: { type: 'text', text: { body: 'Two lamps, please' } } },
    });
    expect(messages).toMatchObject([{ id: 'wamid.1', edits: 'wamid.0', text: 'Two lamps, please' }]);
  });

  it('of a voice note has an audio attachment with a plain media type', () => {
    const { messages } = decoded({
      type: 'audio',
      audio: { id: '77', mime_type: 'audio/ogg; codecs=opus', voice: true },
    });
    expect(messages[0]?.attachments).toEqual([{ id: '77', kind: 'audio', mediaType: 'audio/ogg' }]);
  });

  it.each([
    ['a file whose id leads elsewhere', { type: 'image', image: { id: '../../me' } }, 'image-without-id'],
    ['a place that is none', { type: 'location', location: { latitude: 'north' } }, 'location-without-place'],
    ['words that are a list', { type: 'text', text: { body: ['a'] } }, 'text-without-words'],
    ['blank words', { type: 'text', text: { body: ' \n' } }, 'text-without-words'],
    ['a press of next year', { type: 'interactive', interactive: { type: 'hologram' } }, 'interactive:hologram'],
    [
      'a reaction that is taken back',
      { type: 'reaction', reaction: { message_id: 'w', emoji: '' } },
      'reaction-taken-back',
    ],
    ['a reaction to nothing', { type: 'reaction', reaction: { emoji: '👍' } }, 'reaction-taken-back'],
    ['a deletion', { type: 'revoke', revoke: { original_message_id: 'wamid.1' } }, 'revoke'],
    ['a new number that is not told', { type: 'system', system: { type: 'user_changed_number' } }, 'system'],
    [
      'an edit that cannot be read',
      { type: 'edit', edit: { original_message_id: 'wamid.1', message: { type: 'order' } } },
      'edit-of-unknown',
    ],
    ['a kind of next year', { type: 'hologram' }, 'hologram'],
    ['a kind that is no word', { type: 'A B\u0000' }, 'unknown'],
    ['no kind at all', {}, 'unknown'],
    ['a group', { type: 'text', text: { body: 'Hi' }, group_id: 'Y2Fw' }, 'group-message'],
  ])('with %s is left out', (_, content, kind) => {
    expect(decoded(content)).toMatchObject({ messages: [], statuses: [], leftOut: [kind] });
  });

  it.each([
    ['what Meta gives no program', { type: 'unsupported', errors: [{ code: 131051 }] }, 'message'],
    ['an order', { type: 'order', order: {} }, 'order'],
    ['a form that was filled', { type: 'interactive', interactive: { type: 'nfm_reply' } }, 'form'],
    ['a picture that can be seen once', { type: 'ephemeral' }, 'message'],
    ['a press that Meta could not write down', { type: 'interactive', context: { id: 'wamid.0' } }, 'choice'],
  ])('with %s stands for what nobody can read', (_, content, name) => {
    expect(decoded(content)).toMatchObject({
      messages: [{ attachments: [{ kind: 'unsupported', name }] }],
      leftOut: [],
    });
  });

  it.each([
    ['The blue lamp with the…', 'The blue lamp with the long cable', 'The blue lamp with the long cable'],
    ['The blue lamp with the…', 'Two metres of cable', 'The blue lamp with the…'],
    ['The blue lamp', 'The blue lamp with the long cable', 'The blue lamp'],
    ['Wait…', undefined, 'Wait…'],
  ])('of a list’s row %j with %j below says %j', (title, description, label) => {
    const reply = { id: 'blue', title, ...(description === undefined ? {} : { description }) };
    const { messages } = decoded({ type: 'interactive', interactive: { type: 'list_reply', list_reply: reply } });
    expect(messages[0]?.action).toEqual({ id: 'blue', label });
  });

  it('cannot carry half a surrogate pair or a NUL into the store', () => {
    const { messages } = decoded({ type: 'text', text: { body: 'a\u0000b\ud83d' } });
    expect(messages[0]?.text).toBe('ab\ufffd');
  });

  it('nested a thousand times in edits is left out', () => {
    let content: Record<string, unknown> = { type: 'text', text: { body: 'Hi' } };
    for (let depth = 0; depth < 1000; depth += 1) {
      content = { type: 'edit', edit: { original_message_id: 'wamid.0', message: content } };
    }
    expect(decoded(content).leftOut).toEqual(['edit-of-unknown']);
  });
});

describe('a status', () => {
  const status = (fields: object) => {
    const statuses = [{ id: 'wamid.9', timestamp: '1749416383', recipient_id: '16505551234', ...fields }];
    const value = { metadata: { phone_number_id: number }, statuses };
    return decodeWebhook(
      { object: 'whatsapp_business_account', entry: [{ changes: [{ field: 'messages', value }] }] },
      number,
    );
  };

  const recipient = ['16505551234'];

  it('tells all ids of the person whom it went to, and none where it failed', () => {
    const both = { recipient_user_id: 'US.13491208655302741918' };
    const told = (fields: object) => status({ status: 'sent', ...both, ...fields }).statuses[0]?.recipient;
    expect(told({})).toEqual(['16505551234', 'US.13491208655302741918']);
    expect(told({ recipient_id: 'US.13491208655302741918', recipient_user_id: undefined })).toEqual([
      'US.13491208655302741918',
    ]);
    expect(told({ recipient_id: undefined, recipient_user_id: 'x y' })).toBeUndefined();
    expect(told({ recipient_type: 'group' })).toBeUndefined();
    expect(told({ status: 'failed' })).toBeUndefined();
  });

  it.each(['sent', 'delivered', 'read'])('%s is told with its time', (name) => {
    expect(status({ status: name }).statuses).toEqual([
      { providerMessageId: 'wamid.9', recipient, status: name, at: 1_749_416_383_000 },
    ]);
  });

  it.each([
    ['out_1', { message: 'out_1' }],
    ['out_1#2', { message: 'out_1', part: true, index: 1 }],
    ['two words', {}],
    [7, { message: '7' }],
    [{ id: 'out_1' }, {}],
    ['x'.repeat(513), {}],
  ])('with the name %j that came along is told with it where it may be one', (name, expected) => {
    expect(status({ status: 'sent', biz_opaque_callback_data: name }).statuses).toEqual([
      { providerMessageId: 'wamid.9', recipient, ...expected, status: 'sent', at: 1_749_416_383_000 },
    ]);
  });

  it('of a voice note that was played counts as read', () => {
    expect(status({ status: 'played' }).statuses).toMatchObject([{ status: 'read' }]);
  });

  it('failed is told with the code and our name for it', () => {
    const errors = [{ code: 131047, title: 'Re-engagement message' }];
    expect(status({ status: 'failed', errors }).statuses).toMatchObject([
      { status: 'failed', reason: '131047 window-closed' },
    ]);
    expect(status({ status: 'failed' }).statuses).toMatchObject([{ status: 'failed', reason: 'unknown' }]);
  });

  it('of another kind is left out', () => {
    expect(status({ status: 'deleted' })).toMatchObject({ statuses: [], leftOut: ['status'] });
  });
});

describe('a new id of a person', () => {
  const system = (told: object, from: object = {}) => ({
    id: 'wamid.1',
    timestamp: '1750269342',
    type: 'system',
    ...from,
    system: told,
  });
  const [old, next] = ['US.13491208655302741918', 'US.99991208655302741918'];
  it('of who changes the number is told with the new user id, or that alone where the number is hidden', () => {
    const ids = { type: 'user_changed_number', wa_id: '12195555358', previous_user_id: old, user_id: next };
    const moves = (from: object) => {
      const value = { metadata: { phone_number_id: number }, messages: [system(ids, from)] };
      const entry = [{ changes: [{ field: 'messages', value }] }];
      return decodeWebhook({ object: 'whatsapp_business_account', entry }, number).moves;
    };
    const ofUserId = { from: old, to: next, released: true };
    expect(moves({ from: '16505551234' })).toEqual([
      { from: '16505551234', to: '12195555358', released: true },
      ofUserId,
    ]);
    expect(moves({})).toEqual([ofUserId]);
  });

  it.each<[string, object, object | undefined]>([
    [
      'a number',
      system({ type: 'user_changed_number', wa_id: '12195555358' }, { from: '16505551234' }),
      { from: '16505551234', to: '12195555358' },
    ],
    [
      'a user id, told in words',
      system({ type: 'user_changed_user_id', body: `User A changed from ${old} to ${next}`, user_id: next }),
      { from: old, to: next },
    ],
    [
      'a user id, told by itself',
      system({ type: 'user_changed_user_id', previous_user_id: old, user_id: next }),
      { from: old, to: next },
    ],
    [
      'a number to itself',
      system({ type: 'user_changed_number', wa_id: '16505551234' }, { from: '16505551234' }),
      undefined,
    ],
    ['a number that is none', system({ type: 'user_changed_number', wa_id: 'x' }, { from: '16505551234' }), undefined],
    [
      'something else',
      system({ type: 'customer_identity_changed', wa_id: '12195555358' }, { from: '16505551234' }),
      undefined,
    ],
  ])('%s', (_, message, move) => {
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        { changes: [{ field: 'messages', value: { metadata: { phone_number_id: number }, messages: [message] } }] },
      ],
    };
    const { moves, leftOut } = decodeWebhook(body, number);
    expect(moves).toEqual(move === undefined ? [] : [{ ...move, released: true }]);
    expect(leftOut).toEqual(move === undefined ? ['system'] : []);
  });
});

describe('a body that is not a webhook of WhatsApp', () => {
  it.each([[null], ['text'], [[]], [{}], [{ object: 'page', entry: [] }]])('%j brings nothing', (body) => {
    expect(decodeWebhook(body, number)).toEqual({
      messages: [],
      statuses: [],
      moves: [],
      leftOut: ['not-whatsapp'],
      foreignNumbers: [],
    });
  });
});
