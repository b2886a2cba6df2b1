import { describe, expect, it } from 'vitest';
import type { WhatsappConfig } from '../../../../plugins/channels/whatsapp/schema.ts';
import { type FakeWhatsappTemplate, startFakeWhatsapp } from '../../../kit/index.ts';
import { openChannel } from './open-channel.ts';

const wabaId = '419561257915477';
const picture = 'https://shop.example/blue.jpg';
const made: readonly FakeWhatsappTemplate[] = [
  { name: 'pick_up', language: 'de', parameters: 0 },
  { name: 'pick_up', language: 'en_US', parameters: 0 },
  { name: 'pick_up_again', language: 'en', parameters: 3 },
  { name: 'late', language: 'en', parameters: 0, status: 'PENDING' },
  { name: 'plain', language: 'en', parameters: 0 },
  { name: 'answer', language: 'en', parameters: 2 },
  { name: 'named', language: 'en', parameters: 2, parameterNames: ['customer', 'day'] },
  { name: 'shown', language: 'en', parameters: 0, header: 'image' },
  { name: 'headed', language: 'en', parameters: 0, header: 'text' },
  { name: 'pressed', language: 'en', parameters: 0, buttons: ['fixed', 'url', 'quick_reply', 'copy_code'] },
  { name: 'named_head', language: 'en', parameters: 1, parameterNames: ['a'], header: 'text' },
  // More than one page before the one that is meant.
  ...Array.from({ length: 120 }, (_, index) => ({ name: `old_sale_${index}`, language: 'en', parameters: 0 })),
  { name: 'sale', language: 'en', parameters: 0 },
];

async function reviewed(templates: WhatsappConfig['templates'], given: Partial<WhatsappConfig> = { wabaId }) {
  await using meta = await startFakeWhatsapp({ wabaId, templates: made });
  await using open = await openChannel(meta, { ...given, templates });
  const info = await open.channel.registration?.info(open.signal);
  return { notes: info?.notes.join(' ') ?? '', problems: info?.outgoingProblems };
}

describe('whether Meta would send the templates of a bot', () => {
  it.each<[config: WhatsappConfig['templates'][string], words: string]>([
    ['gone', 'the business account has no template gone. Have it approved in WhatsApp > Message templates'],
    ['pick_up', 'pick_up is there in de, en_US, and not in en. Set its `language`'],
    ['late', 'Meta has late (en) as PENDING, and sends none until it is APPROVED'],
    ['answer', 'answer (en) takes 2 `parameters`, {{1}} {{2}}, and has 0 here. Give as many as it takes.'],
    [{ name: 'plain', parameters: ['a'] }, 'plain (en) takes no `parameters`, and has 1 here.'],
    [{ name: 'answer', parameters: { a: 'x', b: 'y' } }, 'numbers its `parameters`. Write a list in place of names.'],
    [
      { name: 'named', parameters: ['x', 'y'] },
      'names its `parameters` {{customer}} {{day}}. Write each by that name.',
    ],
    ['shown', 'shown (en) needs `header: { image: https://… }`, and has none here.'],
    [{ name: 'shown', header: { video: picture } }, 'needs `header: { image: https://… }`, and has `video` here.'],
    ['headed', 'needs `header: { text: its words }`, and has none here.'],
    [{ name: 'plain', header: { text: 'A' } }, 'has a heading that takes nothing. Take `header` away.'],
    [
      { name: 'named_head', parameters: { a: 'x' }, header: { text: 'A' } },
      'calls the parameter of its heading {{title}}. Give it: `name: title`.',
    ],
    [{ name: 'headed', header: { text: 'A', name: 'title' } }, 'numbers the parameter of its heading.'],
    [
      { name: 'pressed', buttons: [{ index: 1, url: 'a' }, { url: 'b' }] },
      'has two `buttons` of index 1 here. Give each its own `index`.',
    ],
    ['pressed', 'needs a `url` for its button at index 1. Give it in `buttons`.'],
    [{ name: 'pressed', buttons: [{ url: 'a' }] }, 'the one at index 0 takes nothing, or is not there, not a `url`.'],
    [{ name: 'pressed', buttons: [{ index: 2, code: 'a' }] }, 'the one at index 2 takes a `reply`, not a `code`.'],
    [{ name: 'pressed', buttons: [{ index: 1, url: 'a' }] }, 'needs a `code` for its button at index 3.'],
  ])('is asked, and told of %j', async (config, words) => {
    const { problems } = await reviewed({ continue: config });
    expect(problems).toEqual([expect.stringContaining(words)]);
    expect(problems?.[0]).toMatch(/^templates\.continue: /);
  });

  it('finds nothing where all fits, nor what a program fills in that sends it', async () => {
    const { problems, notes } = await reviewed({
      continue: { name: 'answer', parameters: ['Lamps', '{{ text }}'] },
      reply: 'shown',
      day: { name: 'named', parameters: { day: 'x', customer: 'y' } },
      picture: { name: 'shown', header: { image: picture } },
      picture_of_yours: 'shown',
      press: {
        name: 'pressed',
        buttons: [
          { index: 1, url: 'a' },
          { index: 3, code: 'b' },
        ],
      },
      sale: 'sale',
      german: { name: 'pick_up', language: 'de' },
    });
    expect(problems).toBeUndefined();
    expect(notes).toContain('Meta has approved all 8 templates of this channel.');
  });

  it('cannot be asked without the account, and says so', async () => {
    const { problems, notes } = await reviewed({ continue: 'gone' }, {});
    expect(problems).toBeUndefined();
    expect(notes).toContain('With wabaId it is asked too');
    expect((await reviewed({})).notes).not.toContain('template');
  });

  it('says why where Meta refuses to tell, and all else is told', async () => {
    await using meta = await startFakeWhatsapp({ wabaId, templates: made, templatesHidden: true });
    await using open = await openChannel(meta, { wabaId, templates: { continue: 'gone' } });
    const info = await open.channel.registration?.info(open.signal);
    expect(info?.outgoingProblems).toBeUndefined();
    expect(info?.notes.join(' ')).toMatch(
      /quality GREEN.*could not be asked: WhatsApp registration: Meta refused \(200/,
    );
  });
});
