import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Decoded, decodeUpdate, needsUsername } from '../../../../plugins/channels/telegram/decode.ts';

type Fields = Readonly<Record<string, unknown>>;
const bot = { id: 42, username: 'lamp_bot' };
const decode = (update: Fields, groups: 'addressed' | 'off' = 'addressed'): Decoded =>
  decodeUpdate(update, { bot, groups });
const base = {
  message_id: 5,
  date: 1_795_000_000,
  chat: { id: 7, type: 'private', first_name: 'Ada' },
  from: { id: 7, is_bot: false, first_name: 'Ada', last_name: 'L', username: 'ada', language_code: 'de' },
};
const say = (message: Fields): Decoded => decode({ update_id: 1, message: { ...base, ...message } });
const messageOf = (decoded: Decoded) => {
  if (decoded.kind !== 'message') throw new Error(`ignored: ${decoded.reason}`);
  return decoded.message;
};
const group = { id: -100200, type: 'supergroup', title: 'Lamps' };
const inGroup = (message: Fields): Decoded => say({ chat: group, ...message });

describe('a private message', () => {
  it('carries who, where, when, what and in which language', () => {
    expect(messageOf(say({ text: 'Hello' }))).toEqual({
      id: '7:5',
      conversation: '7',
      contact: { id: '7', name: 'Ada L' },
      text: 'Hello',
      locale: 'de',
      sentAt: 1_795_000_000_000,
      metadata: { chat: 'private', username: 'ada' },
    });
  });

  it.each<[string, Fields, Fields]>([
    [
      'a photo, in its largest size',
      {
        photo: [
          { file_id: 'small', width: 90, height: 30 },
          { file_id: 'large', width: 950, height: 320, file_size: 47844 },
          { file_id: 'middle', width: 320, height: 108 },
        ],
        caption: 'my lamp',
      },
      { id: 'large', kind: 'image', mediaType: 'image/jpeg', bytes: 47844 },
    ],
    [
      'a voice message',
      { voice: { file_id: 'v', duration: 1, mime_type: 'audio/ogg', file_size: 9 } },
      { id: 'v', kind: 'audio', mediaType: 'audio/ogg', bytes: 9 },
    ],
    [
      'a piece of music',
      { audio: { file_id: 'a', duration: 1, file_name: 'song.mp3' } },
      { id: 'a', kind: 'audio', mediaType: 'audio/mpeg', name: 'song.mp3' },
    ],
    [
      'a video',
      { video: { file_id: 'f', width: 1, height: 1, duration: 1, mime_type: 'video/quicktime' } },
      { id: 'f', kind: 'video', mediaType: 'video/quicktime' },
    ],
    [
      'a round video',
      { video_note: { file_id: 'n', length: 1, duration: 1 } },
      { id: 'n', kind: 'video', mediaType: 'video/mp4' },
    ],
    [
      'an animation, which comes as a document too',
      { animation: { file_id: 'g', width: 1, height: 1, duration: 1 }, document: { file_id: 'g' } },
      { id: 'g', kind: 'video', mediaType: 'video/mp4' },
    ],
    [
      'a document',
      { document: { file_id: 'd', file_name: 'bill.pdf', mime_type: 'application/pdf' } },
      { id: 'd', kind: 'document', mediaType: 'application/pdf', name: 'bill.pdf' },
    ],
    [
      'a document of no type',
      { document: { file_id: 'd', mime_type: 'nonsense' } },
      { id: 'd', kind: 'document', mediaType: 'application/octet-stream' },
    ],
    [
      'a sticker',
      { sticker: { file_id: 's', type: 'regular', emoji: '💡', is_video: false, is_animated: false } },
      { id: 's', kind: 'sticker', mediaType: 'image/webp', name: '💡' },
    ],
    [
      'an animated sticker',
      { sticker: { file_id: 's', is_animated: true } },
      { id: 's', kind: 'sticker', mediaType: 'application/x-tgsticker' },
    ],
    [
      'a location',
      { location: { latitude: 52.5, longitude: 13.4 } },
      { id: 'location', kind: 'location', mediaType: 'application/geo+json', url: 'geo:52.5,13.4' },
    ],
    [
      'a venue',
      {
        venue: { location: { latitude: -1, longitude: 2 }, title: 'Shop', address: 'Main St 1' },
        location: { latitude: -1, longitude: 2 },
      },
      { id: 'location', kind: 'location', mediaType: 'application/geo+json', url: 'geo:-1,2', name: 'Shop' },
    ],
    [
      'a contact',
      { contact: { phone_number: '+34 600 000 001', first_name: 'Eva' } },
      { id: 'contact', kind: 'contact', mediaType: 'text/vcard', name: 'Eva', url: 'tel:+34600000001' },
    ],
  ])('may be %s', (_, content, attachment) => {
    const message = messageOf(say(content));
    expect(message.attachments).toEqual([attachment]);
  });

  it('takes the caption, the address of a venue, a poll and a die as words', () => {
    expect(messageOf(say({ photo: [{ file_id: 'p' }], caption: 'my lamp' })).text).toBe('my lamp');
    expect(
      messageOf(say({ venue: { location: { latitude: 1, longitude: 2 }, title: 'Shop', address: 'Main St 1' } })).text,
    ).toBe('Shop, Main St 1');
    expect(messageOf(say({ poll: { question: 'Which?', options: [{ text: 'red' }, { text: 'blue' }] } })).text).toBe(
      'Which?\n- red\n- blue',
    );
    expect(messageOf(say({ dice: { emoji: '🎲', value: 3 } })).text).toBe('🎲');
  });

  it('knows a telephone number only where the person shared their own', () => {
    expect(
      messageOf(say({ contact: { phone_number: '34600000001', first_name: 'Ada', user_id: 7 } })).contact.phone,
    ).toBe('+34600000001');
    expect(
      messageOf(say({ contact: { phone_number: '34600000001', first_name: 'Eva', user_id: 8 } })).contact.phone,
    ).toBeUndefined();
    expect(
      messageOf(say({ contact: { phone_number: '34600000001', first_name: 'Eva' } })).contact.phone,
    ).toBeUndefined();
  });

  it('is a command with its argument', () => {
    const message = messageOf(say({ text: '/order 2 lamps' }));
    expect(message.text).toBe('/order 2 lamps');
    expect(message.metadata).toMatchObject({ command: 'order', argument: '2 lamps' });
  });

  it('says no word by pressing Start, but where the link came from', () => {
    const message = messageOf(say({ text: '/start spring-sale' }));
    expect(message.text).toBeUndefined();
    expect(message.metadata).toMatchObject({ command: 'start', argument: 'spring-sale' });
  });

  it('says by a link of ours that a conversation moves here', () => {
    expect(messageOf(say({ text: '/start switch_ABCD2345' })).text).toBe('switch_ABCD2345');
    expect(messageOf(say({ text: '/start switchboard' })).text).toBeUndefined();
  });

  it('belongs to an album of its chat', () => {
    expect(messageOf(say({ photo: [{ file_id: 'p' }], media_group_id: '99' })).group).toBe('7:99');
  });

  it('names the message it quotes', () => {
    expect(messageOf(say({ text: 'this one', reply_to_message: { ...base, message_id: 3 } })).metadata).toMatchObject({
      quotes: '7:3',
    });
  });

  it('is a conversation of its own in each topic', () => {
    expect(messageOf(say({ text: 'a', is_topic_message: true, message_thread_id: 12 })).conversation).toBe('7/12');
    expect(messageOf(say({ text: 'a', message_thread_id: 12 })).conversation).toBe('7');
  });

  it('loses half characters and NUL, and a locale that is none', () => {
    const message = messageOf(say({ text: 'a\ud83db\u0000', from: { ...base.from, language_code: 'x'.repeat(40) } }));
    expect(message.text).toBe('a\ufffdb');
    expect(message.locale).toBeUndefined();
  });
});

describe('an edited message', () => {
  it('replaces the one it was, each edit once', () => {
    const edit = (updateId: number) =>
      messageOf(decode({ update_id: updateId, edited_message: { ...base, edit_date: 1, text: 'better' } }));
    expect(edit(10)).toMatchObject({ id: '7:5:edit:10', edits: '7:5', text: 'better' });
    expect(edit(11).id).not.toBe(edit(10).id);
  });
});

describe('a pressed button', () => {
  const pressed = (more: Fields) =>
    decode({
      update_id: 1,
      callback_query: {
        id: '4242',
        from: base.from,
        data: 'blue',
        message: {
          ...base,
          from: { id: 42, is_bot: true },
          reply_markup: {
            inline_keyboard: [
              [
                { text: 'Red', callback_data: 'red' },
                { text: 'Blue', callback_data: 'blue' },
              ],
            ],
          },
        },
        ...more,
      },
    });

  it('is an action with the words on the button, from who pressed it', () => {
    expect(pressed({})).toMatchObject({
      kind: 'message',
      callbackQueryId: '4242',
      message: {
        id: 'callback:4242',
        conversation: '7',
        contact: { id: '7' },
        action: { id: 'blue', label: 'Blue' },
        metadata: { quotes: '7:5' },
      },
    });
  });

  it('is heard in a group, whoever it was meant for', () => {
    expect(pressed({ message: { ...base, chat: group } })).toMatchObject({
      kind: 'message',
      message: { conversation: '-100200' },
    });
  });

  it('is answered but not heard under a message of no chat, and of a game', () => {
    expect(pressed({ message: undefined })).toEqual({
      kind: 'ignored',
      reason: 'unknown kind',
      callbackQueryId: '4242',
    });
    expect(pressed({ data: undefined, game_short_name: 'x' })).toMatchObject({
      kind: 'ignored',
      callbackQueryId: '4242',
    });
  });
});

describe('in a group', () => {
  const mention = { entities: [{ type: 'mention', offset: 0, length: 9 }] };

  it('talk among people is not for the bot', () => {
    expect(inGroup({ text: 'What does it cost?' })).toEqual({ kind: 'ignored', reason: 'not for the bot' });
    expect(inGroup({ text: '@other_bot what?', entities: [{ type: 'mention', offset: 0, length: 10 }] })).toMatchObject(
      { kind: 'ignored' },
    );
    expect(inGroup({ text: 'yes', reply_to_message: { ...base, from: { id: 8 } } })).toMatchObject({ kind: 'ignored' });
    expect(inGroup({ photo: [{ file_id: 'p' }] })).toMatchObject({ kind: 'ignored' });
  });

  it('a mention of the bot is, and is no part of the question', () => {
    const decoded = inGroup({ text: '@lamp_bot, what does it cost?', ...mention });
    expect(decoded).toMatchObject({ kind: 'message' });
    expect(messageOf(decoded)).toMatchObject({
      text: 'what does it cost?',
      conversation: '-100200',
      contact: { id: '7' },
    });
    expect(messageOf(inGroup({ text: '@LAMP_BOT hi', ...mention })).text).toBe('hi');
    expect(messageOf(inGroup({ text: '@lamp_bot', ...mention })).text).toBe('@lamp_bot');
    expect(
      messageOf(inGroup({ caption: '@lamp_bot this', photo: [{ file_id: 'p' }], caption_entities: mention.entities }))
        .text,
    ).toBe('this');
  });

  it('a mention without a name is', () => {
    expect(
      messageOf(
        inGroup({ text: 'Lamp what?', entities: [{ type: 'text_mention', offset: 0, length: 4, user: { id: 42 } }] }),
      ).text,
    ).toBe('what?');
  });

  it('a reply to the bot is', () => {
    expect(messageOf(inGroup({ text: 'and the red one?', reply_to_message: { ...base, from: { id: 42 } } })).text).toBe(
      'and the red one?',
    );
  });

  it('a command is, unless it names another bot', () => {
    expect(inGroup({ text: '/help' })).toMatchObject({ kind: 'message' });
    expect(inGroup({ text: '/help@lamp_bot me' })).toMatchObject({ kind: 'message' });
    expect(inGroup({ text: '/help@other_bot' })).toMatchObject({ kind: 'ignored' });
  });

  it('an administrator may speak as the group, a bot may not speak at all', () => {
    const anonymous = { from: { id: 1087968824, is_bot: true }, sender_chat: group };
    expect(messageOf(inGroup({ text: '/help', ...anonymous })).contact).toEqual({ id: '-100200', name: 'Lamps' });
    expect(inGroup({ text: '/help', from: { id: 9, is_bot: true } })).toEqual({
      kind: 'ignored',
      reason: 'from a bot',
    });
    expect(
      inGroup({ text: '/help', sender_chat: { id: -1, type: 'channel' }, is_automatic_forward: true }),
    ).toMatchObject({ kind: 'ignored' });
  });

  it('nothing is heard where groups are off', () => {
    expect(decode({ update_id: 1, message: { ...base, chat: group, text: '/help' } }, 'off')).toEqual({
      kind: 'ignored',
      reason: 'groups are off',
    });
  });

  it('the name of the bot is needed, and only there', () => {
    expect(needsUsername({ message: { ...base, chat: group } })).toBe(true);
    expect(needsUsername({ message: base })).toBe(false);
    expect(needsUsername({ channel_post: { ...base, chat: group } })).toBe(false);
  });
});

describe('what is not for the bot', () => {
  it.each([
    'channel_post',
    'edited_channel_post',
    'business_connection',
    'business_message',
    'edited_business_message',
    'deleted_business_messages',
    'guest_message',
    'message_reaction',
    'message_reaction_count',
    'inline_query',
    'chosen_inline_result',
    'shipping_query',
    'pre_checkout_query',
    'purchased_paid_media',
    'poll',
    'poll_answer',
    'my_chat_member',
    'chat_member',
    'chat_join_request',
    'chat_boost',
    'removed_chat_boost',
    'of_the_future',
  ])('is ignored: %s', (kind) => {
    expect(decode({ update_id: 1, [kind]: { ...base, text: 'x' } })).toEqual({
      kind: 'ignored',
      reason: 'unknown kind',
    });
  });

  it.each([
    ['a pinned message', { pinned_message: base }],
    ['a new title', { new_chat_title: 'x' }],
    ['somebody who joined', { new_chat_members: [base.from] }],
    ['somebody who left', { left_chat_member: base.from }],
    ['a gift', { gift: { gift: {} } }],
    ['a task that was done', { checklist_tasks_done: { marked_as_done_task_ids: [1] } }],
    ['a story that is none', { story: 'x' }],
    ['an empty text', { text: '' }],
  ])('says nothing: %s', (_, content) => {
    expect(say(content as Fields)).toEqual({ kind: 'ignored', reason: 'no content' });
  });

  it.each(['story', 'game', 'giveaway', 'paid_media', 'live_photo', 'checklist', 'invoice', 'rich_message'])(
    'stands for what a person sent and nobody can read: %s',
    (kind) => {
      const attachment = { id: 'unsupported', kind: 'unsupported', mediaType: 'application/octet-stream', name: kind };
      const message = messageOf(say({ [kind]: { id: 1 } }));
      expect(message).toMatchObject({ id: '7:5', attachments: [attachment] });
      expect(message.text).toBeUndefined();
      // With words it is a message of words.
      expect(messageOf(say({ [kind]: { id: 1 }, caption: 'Look' }))).not.toHaveProperty('attachments');
      expect(inGroup({ [kind]: { id: 1 } })).toEqual({ kind: 'ignored', reason: 'not for the bot' });
      const reply = { message_id: 4, from: { id: bot.id, is_bot: true, first_name: 'Lamp' } };
      expect(messageOf(inGroup({ [kind]: { id: 1 }, reply_to_message: reply }))).toMatchObject({
        attachments: [attachment],
      });
      const edited = { ...base, [kind]: { id: 1 }, edit_date: 1_795_000_001 };
      expect(decode({ update_id: 2, edited_message: edited })).toEqual({ kind: 'ignored', reason: 'no content' });
    },
  );

  it.each([
    ['no chat', { chat: undefined }],
    ['no number', { message_id: 'five' }],
    ['number 0, which is not sent yet', { message_id: 0 }],
    ['nobody', { from: undefined }],
    ['a person without a number', { from: { first_name: 'x' } }],
  ])('is malformed: %s', (_, content) => {
    expect(say({ text: 'x', ...(content as Fields) })).toEqual({ kind: 'ignored', reason: 'malformed' });
  });
});

describe('real updates', () => {
  const folder = new URL('../../../fixtures/telegram/updates/', import.meta.url);
  const expected: Readonly<Record<string, string>> = {
    'edited_message.json': 'message',
    'message.json': 'message',
    'message_with_document.json': 'message',
    'message_with_invoice.json': 'unknown kind',
    'message_with_photo.json': 'message',
    'message_with_successful_payment.json': 'no content',
    'message_with_voice.json': 'message',
    'reply_message.json': 'message',
  };

  it.each(readdirSync(folder))('%s is mapped or politely ignored', (name) => {
    const decoded = decode(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fields);
    expect(decoded.kind === 'message' ? 'message' : decoded.reason).toBe(expected[name]);
  });
});
