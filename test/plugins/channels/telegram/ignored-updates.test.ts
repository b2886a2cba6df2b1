import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { base, bot, decode, type Fields, inGroup, messageOf, say } from './decoded.ts';

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
