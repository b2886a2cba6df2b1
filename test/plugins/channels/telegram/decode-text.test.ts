import { describe, expect, it } from 'vitest';
import { needsUsername } from '../../../../plugins/channels/telegram/decode.ts';
import { base, group, inGroup, messageOf, say } from './decoded.ts';

const mentions = (text: string) =>
  [...text.matchAll(/@lamp_bot/g)].map(({ index }) => ({ type: 'mention', offset: index, length: 9 }));
const asked = (text: string) => messageOf(inGroup({ text, entities: mentions(text) })).text;

describe('the name that calls the bot', () => {
  it('is no word of a command, in private neither', () => {
    const text = '/ask@lamp_bot What does it cost?';
    const entities = [{ type: 'bot_command', offset: 0, length: 13 }];
    expect(messageOf(inGroup({ text, entities })).text).toBe('/ask What does it cost?');
    expect(messageOf(say({ text, entities })).text).toBe('/ask What does it cost?');
    expect(messageOf(inGroup({ text: '/Prices@LAMP_BOT' })).text).toBe('/Prices');
    expect(messageOf(say({ text: '/ask@other_bot What?' })).text).toBe('/ask@other_bot What?');
  });

  it.each([
    ['@lamp_bot @lamp_bot What does it cost?', 'What does it cost?'],
    ['Hey @lamp_bot, what does it cost? @lamp_bot', 'Hey, what does it cost?'],
    ['What does it cost, @lamp_bot?', 'What does it cost?'],
    ['Could @lamp_bot say it?\n@lamp_bot, please', 'Could say it?\nplease'],
    ['@ada ask @lamp_bot', '@ada ask'],
  ])('is taken out wherever it stands: %j', (text, words) => {
    expect(asked(text)).toBe(words);
  });

  it('is taken out of a rich message as often as it stands there', () => {
    const rich_message = { blocks: [{ type: 'paragraph', text: '@lamp_bot What does it cost, @lamp_bot?' }] };
    expect(messageOf(inGroup({ rich_message })).text).toBe('What does it cost?');
  });

  it('has to be known where a command names a bot', () => {
    expect(needsUsername({ message: { ...base, text: '/ask@lamp_bot What?' } })).toBe(true);
    expect(needsUsername({ message: { ...base, text: '/ask What?' } })).toBe(false);
    expect(needsUsername({ message: { ...base, chat: group, text: '/ask@lamp_bot' } }, 'off')).toBe(false);
  });
});

describe('a link behind words', () => {
  const link = (offset: number, length: number, url: string) => ({ type: 'text_link', offset, length, url });

  it('is told with its address', () => {
    expect(
      messageOf(
        say({
          text: 'Is this 💡 like that one?',
          entities: [link(3, 4, 'https://shop.example/blue'), link(16, 8, 'https://shop.example/red')],
        }),
      ).text,
    ).toBe('Is this (https://shop.example/blue) 💡 like that one (https://shop.example/red)?');
    expect(
      messageOf(
        say({ photo: [{ file_id: 'p' }], caption: 'this', caption_entities: [link(0, 4, 'https://a.example')] }),
      ).text,
    ).toBe('this (https://a.example)');
  });

  it('stands beside the name that calls the bot', () => {
    const text = '@lamp_bot is this dear, @lamp_bot?';
    const entities = [...mentions(text), link(13, 4, 'https://shop.example/blue')];
    expect(messageOf(inGroup({ text, entities })).text).toBe('is this (https://shop.example/blue) dear?');
  });

  it('whose words are its address, or which lies outside the text, adds nothing', () => {
    const text = 'https://a.example/x';
    expect(messageOf(say({ text, entities: [link(0, 19, 'https://a.example/x')] })).text).toBe(text);
    expect(messageOf(say({ text, entities: [link(10, 90, 'https://b.example')] })).text).toBe(text);
    expect(messageOf(say({ text, entities: [{ type: 'text_link', offset: 0, length: 5 }] })).text).toBe(text);
  });
});
