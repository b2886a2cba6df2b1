import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../../plugins/channels/telegram/address.ts';
import { base, bot, decode, type Fields, group, inGroup, messageOf, say } from './decoded.ts';
import { openTelegram, send } from './open-telegram.ts';

const paragraph = (text: unknown) => ({ type: 'paragraph', text });
const rich = (...blocks: readonly unknown[]) => ({ rich_message: { blocks } });

describe('a rich message', () => {
  it('is its words, block by block', () => {
    const link = { type: 'url', text: 'here', url: 'https://a.example/x' };
    const done = { label: '•', has_checkbox: true, is_checked: true, blocks: [paragraph('red')] };
    const quote = { type: 'blockquote', blocks: [paragraph('said')], credit: 'Eva' };
    const cells = [
      [{ text: 'a' }, { text: 'b' }],
      [{ text: '1' }, {}],
    ];
    const message = messageOf(
      say(
        rich(
          { type: 'heading', text: { type: 'bold', text: 'My lamp' }, size: 1 },
          paragraph(['It ', { type: 'italic', text: ['flic', { type: 'bold', text: 'kers' }] }, ', see ', link]),
          { type: 'divider' },
          { type: 'list', items: [{ label: '1.', blocks: [paragraph('blue')] }, done] },
          { type: 'table', cells, caption: 'Prices' },
          { type: 'details', summary: 'More', blocks: [quote] },
          { type: 'photo', photo: [{ file_id: 'p' }], caption: { text: 'the lamp', credit: 'me' } },
          { type: 'math', expression: 'a + b' },
          paragraph({ type: 'custom_emoji', custom_emoji_id: '1', alternative_text: '💡' }),
        ),
      ),
    );
    expect(message.text).toBe(
      `My lamp
It flickers, see here (https://a.example/x)
1. blue
☑ red
a | b
1 | ${''}
Prices
More
said
Eva
the lamp
me
a + b
💡`,
    );
    expect(message.attachments).toBeUndefined();
  });

  it('without any words cannot be read', () => {
    expect(messageOf(say(rich({ type: 'photo', photo: [{ file_id: 'p' }] }))).attachments).toMatchObject([
      { kind: 'unsupported', name: 'rich_message' },
    ]);
  });

  it('may be a command, and in a group name the bot', () => {
    expect(messageOf(say(rich(paragraph('/order 2 lamps')))).metadata).toMatchObject({ command: 'order' });
    expect(messageOf(inGroup(rich(paragraph(['@Lamp_Bot', ', what does it cost?'])))).text).toBe('what does it cost?');
    expect(inGroup(rich(paragraph('@lamp_bot_2 what?')))).toMatchObject({ kind: 'ignored', reason: 'not for the bot' });
    // Elsewhere a mention is what Telegram marks as one.
    expect(inGroup({ text: 'write to a@lamp_bot' })).toMatchObject({ kind: 'ignored' });
  });

  it('of empty parts, or nested beyond reason, ends at once', () => {
    let text: unknown = 'deep';
    let blocks: readonly unknown[] = [paragraph('low')];
    for (let index = 0; index < 5000; index += 1) {
      text = { type: 'bold', text };
      blocks = [{ type: 'details', summary: 'x', blocks }];
    }
    const empty = { type: 'bold', text: { type: 'bold', text: {} } };
    const began = performance.now();
    const message = messageOf(say(rich(paragraph('shown'), paragraph(text), paragraph(empty), ...blocks)));
    expect(message.text).toMatch(/^shown\nx\nx/);
    // Trying each absent part at each depth took minutes.
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('a checklist', () => {
  const checklist = {
    title: 'Shopping',
    tasks: [
      { id: 1, text: 'blue lamp', completed_by_user: base.from, completion_date: 1 },
      { id: 2, text: 'red lamp' },
    ],
  };

  it('is words, with what is done', () => {
    const message = messageOf(say({ checklist }));
    expect(message.text).toBe('Shopping\n☑ blue lamp\n☐ red lamp');
    expect(message.attachments).toBeUndefined();
  });

  it('that is ticked off replaces what it was', () => {
    const edited = decode({ update_id: 9, edited_message: { ...base, checklist } });
    expect(messageOf(edited)).toMatchObject({ edits: '7:5', text: 'Shopping\n☑ blue lamp\n☐ red lamp' });
  });
});

it('words quoted from another chat are what a message answers', () => {
  const external = { origin: { type: 'channel' }, chat: { id: -100900, type: 'channel' }, message_id: 4 };
  const quoting = (more: Fields) => messageOf(say({ text: 'What does it cost?', ...more })).quotes;
  expect(quoting({ external_reply: external, quote: { text: 'the blue lamp', position: 0 } })).toEqual({
    id: 'elsewhere',
    text: 'the blue lamp',
  });
  expect(quoting({ external_reply: external })).toBeUndefined();
  expect(quoting({ quote: { text: 'of nothing' } })).toBeUndefined();
});

describe("a channel's direct messages", () => {
  const chat = { id: -100300, type: 'supergroup', title: 'Lamps', is_direct_messages: true };
  const told = (topicId: unknown) =>
    messageOf(say({ chat, text: '/ask', direct_messages_topic: { topic_id: topicId } }));

  it('are a conversation for each person', () => {
    expect(told(4_503_599_627_370_495).conversation).toBe('-100300/d4503599627370495');
    expect(told(8).conversation).toBe('-100300/d8');
    expect(told('x').conversation).toBe('-100300');
    expect(addressOf('-100300/d8')).toEqual({ chatId: -100300, directTopicId: 8 });
    expect(addressOf('-100300/8')).toEqual({ chatId: -100300, threadId: 8 });
    expect(addressOf('-100300/e8')).toBeUndefined();
  });

  it('are answered in their topic, without a sign of typing, which there is none of', async () => {
    await using stage = await openTelegram();
    const conversation = '-100300/d8';
    await send(stage.channel, { conversation, answers: '-100300:5' });
    expect(stage.telegram.sent[0]?.payload).toMatchObject({
      chat_id: -100300,
      direct_messages_topic_id: 8,
      reply_parameters: { message_id: 5 },
    });
    expect(stage.telegram.sent[0]?.payload).not.toHaveProperty('message_thread_id');
    await stage.channel.typing?.(conversation, new AbortController().signal);
    expect(stage.telegram.calls.filter(({ method }) => method === 'sendChatAction')).toEqual([]);
  });
});

it('a button pressed in a group is not heard where groups are off, and in a channel never; its wait is ended', () => {
  const pressed = (chat: object, groups?: 'off') => {
    const message = { ...base, chat, from: { id: bot.id, is_bot: true } };
    return decode({ update_id: 1, callback_query: { id: '42', from: base.from, data: 'blue', message } }, groups);
  };
  expect(pressed(group, 'off')).toEqual({ kind: 'ignored', reason: 'groups are off', callbackQueryId: '42' });
  expect(pressed(group)).toMatchObject({ kind: 'message' });
  expect(pressed({ id: 7, type: 'private' }, 'off')).toMatchObject({ kind: 'message' });
  expect(pressed({ id: -100400, type: 'channel', title: 'News' })).toEqual({
    kind: 'ignored',
    reason: 'unknown kind',
    callbackQueryId: '42',
  });
});
