import { describe, expect, it } from 'vitest';
import { base, decode, type Fields, group, messageOf, say } from './decoded.ts';

describe('a private message', () => {
  it('carries who, where, when, what and in which language', () => {
    expect(messageOf(say({ text: 'Hello' }))).toEqual({
      id: '7:5',
      conversation: '7',
      contact: { id: '7', name: 'Ada L', username: 'ada' },
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

  it('takes the caption, a place, a visiting card, a poll and a die as words', () => {
    expect(messageOf(say({ photo: [{ file_id: 'p' }], caption: 'my lamp' })).text).toBe('my lamp');
    expect(
      messageOf(say({ venue: { location: { latitude: 1, longitude: 2 }, title: 'Shop', address: 'Main St 1' } })).text,
    ).toBe('Shop, Main St 1 (geo:1,2)');
    expect(messageOf(say({ location: { latitude: 52.5, longitude: 13.4 } })).text).toBe('geo:52.5,13.4');
    expect(messageOf(say({ contact: { phone_number: '34600000001', first_name: 'Eva' } })).text).toBe(
      'Eva: +34600000001',
    );
    expect(messageOf(say({ contact: { phone_number: '+34600000001', first_name: '' } })).text).toBe('+34600000001');
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

  it('names the message it quotes, with the words of it that the person has marked, else all of them', () => {
    const replied = { ...base, message_id: 3, text: 'Offer 4711, until Friday' };
    const quoting = (more: Fields) => messageOf(say({ text: 'this one', ...more }));
    expect(quoting({ reply_to_message: { ...base, message_id: 3 } })).toMatchObject({
      quotes: { id: '7:3' },
      metadata: { quotes: '7:3' },
    });
    expect(quoting({ reply_to_message: replied }).quotes).toEqual({ id: '7:3', text: 'Offer 4711, until Friday' });
    expect(quoting({ reply_to_message: replied, quote: { text: 'until Friday', position: 12 } }).quotes).toEqual({
      id: '7:3',
      text: 'until Friday',
    });
    expect(quoting({ reply_to_message: { ...base, message_id: 3, forum_topic_created: {} } }).quotes).toBeUndefined();
  });

  it('tells the public name of who writes, and where others read it', () => {
    const named = { ...base.from, username: 'ada_love' };
    const alone = messageOf(say({ text: 'a', from: named }));
    expect(alone.contact.username).toBe('ada_love');
    expect(alone.audience).toBeUndefined();
    const inGroup = messageOf(say({ text: '/order', chat: group, from: named }));
    expect(inGroup).toMatchObject({ audience: 'several', contact: { username: 'ada_love' } });
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

  it('is of the time at which it was edited, so that the last edit wins in whatever order they come', () => {
    const edited = (more: Fields) =>
      messageOf(decode({ update_id: 10, edited_message: { ...base, text: 'b', ...more } }));
    expect(edited({ edit_date: base.date + 60 }).sentAt).toBe((base.date + 60) * 1000);
    expect(edited({}).sentAt).toBe(base.date * 1000);
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
