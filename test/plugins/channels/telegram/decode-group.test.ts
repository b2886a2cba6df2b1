import { describe, expect, it } from 'vitest';
import { needsUsername } from '../../../../plugins/channels/telegram/decode.ts';
import { base, decode, group, inGroup, messageOf } from './decoded.ts';

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

  it('a message in a topic that the bot has made is none: it answers the line that made the topic', () => {
    const made = { ...base, from: { id: 42, is_bot: true }, forum_topic_created: { name: 'Lamps' } };
    const inTopic = { is_topic_message: true, message_thread_id: 5, reply_to_message: made };
    expect(inGroup({ text: 'among ourselves', ...inTopic })).toEqual({ kind: 'ignored', reason: 'not for the bot' });
    expect(inGroup({ text: '@lamp_bot hi', ...mention, ...inTopic })).toMatchObject({ kind: 'message' });
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
