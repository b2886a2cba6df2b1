import type { Action, Attachment, OutboundMessage } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../../../../plugins/channels/whatsapp/encode.ts';
import { refusalOfMessage } from '../../../kit/index.ts';

const templates = [
  { name: 'plain', language: 'en', parameters: 0 },
  { name: 'reminder', language: 'de', parameters: 2 },
];

const message = (fields: Partial<OutboundMessage>): OutboundMessage => ({
  id: 'out_1',
  conversation: '16505551234',
  text: '',
  attachments: [],
  actions: [],
  citations: [],
  ...fields,
});
const choice = (id: string, label = id): Action => ({ id, label });
const choices = (count: number) => Array.from({ length: count }, (_, index) => choice(`c${index}`, `Choice ${index}`));
const picture: Attachment = { id: '1', kind: 'image', mediaType: 'image/png', url: 'https://shop.example/lamp.png' };
const paper: Attachment = {
  ...picture,
  id: '2',
  kind: 'document',
  name: 'lamp.pdf',
  url: 'https://shop.example/l.pdf',
};
const voice: Attachment = { ...picture, id: '3', kind: 'audio', url: 'https://shop.example/l.ogg' };
const long = (length: number) =>
  'A lamp is a lamp. '
    .repeat(Math.ceil(length / 18))
    .slice(0, length)
    .trim();

/** What goes out, without the recipient; each part is also one that Meta takes. */
function encoded(fields: Partial<OutboundMessage>): readonly Record<string, unknown>[] {
  return encodeMessage(message(fields), { listLabel: '☰' }).map((body) => {
    expect(refusalOfMessage(body, templates)).toBeUndefined();
    const { messaging_product, recipient_type, to, recipient, type, ...rest } = body;
    return rest;
  });
}

describe('a message to WhatsApp', () => {
  it('of words is a text', () => {
    expect(encodeMessage(message({ text: 'The lamp costs 40 euros.' }), { listLabel: '☰' })).toEqual([
      {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '16505551234',
        type: 'text',
        text: { body: 'The lamp costs 40 euros.', preview_url: false },
      },
    ]);
  });

  it.each(['US.13491208655302741918', 'US.ENT.11815799212886844830'])('to %s goes to a user id, not a number', (id) => {
    const [body] = encodeMessage(message({ conversation: id, text: 'Hi' }), { listLabel: '☰' });
    expect(body).toMatchObject({ recipient: id });
    expect(body).not.toHaveProperty('to');
  });

  it('of 4,096 characters is one text', () => {
    expect(encoded({ text: long(4096) })).toHaveLength(1);
  });

  it('with many links has a message for each group of them that fits, and loses none', () => {
    const actions = Array.from({ length: 60 }, (_, index) => ({
      id: `l${index}`,
      label: `Lamp ${index} ${'x'.repeat(90)}`,
      url: `https://shop.example/${index}`,
    }));
    const bodies = encoded({ text: 'Which?', actions }).map((body) => (body['text'] as { body: string }).body);
    expect(bodies[0]).toBe('Which?');
    expect(bodies.slice(1).join('\n')).toBe(actions.map(({ label, url }) => `${label}: ${url}`).join('\n'));
    expect(bodies).toHaveLength(3);
    for (const body of bodies) expect(body.length).toBeLessThanOrEqual(4096);
  });

  it('with three short choices has buttons', () => {
    expect(encoded({ text: 'Which?', actions: choices(3) })).toEqual([
      {
        interactive: {
          type: 'button',
          body: { text: 'Which?' },
          action: {
            buttons: choices(3).map(({ id, label }) => ({ type: 'reply', reply: { id, title: label } })),
          },
        },
      },
    ]);
  });

  it.each([
    ['four choices', choices(4), 4],
    ['ten choices', choices(10), 10],
    ['a choice of 21 characters', [choice('a', 'x'.repeat(21))], 1],
  ])('with %s has a list', (_, actions, rows) => {
    const [body] = encoded({ text: 'Which?', actions });
    expect(body).toMatchObject({ interactive: { type: 'list', action: { button: '☰' } } });
    const { interactive } = body as { interactive: { action: { sections: { rows: unknown[] }[] } } };
    expect(interactive.action.sections[0]?.rows).toHaveLength(rows);
  });

  it('with a choice longer than a title shows all of it below', () => {
    const label = 'The blue lamp with the long cable';
    expect(encoded({ text: 'Which?', actions: [choice('a', label)] })[0]).toMatchObject({
      interactive: {
        action: { sections: [{ rows: [{ id: 'a', title: 'The blue lamp with the…', description: label }] }] },
      },
    });
  });

  it('with twelve choices says the last two in words', () => {
    const [body] = encoded({ text: 'Which?', actions: choices(12) });
    expect(body).toMatchObject({ interactive: { body: { text: 'Which?\n\n• Choice 10\n• Choice 11' } } });
  });

  it('with a choice without an id takes its label for one, and leaves out what has neither', () => {
    const actions = [choice('', 'Red'), choice(' ', 'Blue'), choice('green', ' '), choice('\n', ' ')];
    const [body] = encoded({ text: 'Which?', actions });
    const buttons = [
      ['Red', 'Red'],
      ['Blue', 'Blue'],
      ['green', 'green'],
    ].map(([id, title]) => ({ type: 'reply', reply: { id, title } }));
    expect(body).toEqual({ interactive: { type: 'button', body: { text: 'Which?' }, action: { buttons } } });
  });

  it('with long ids that begin alike keeps them apart', () => {
    const actions = ['A', 'B', 'C', 'D'].map((label) => choice('x'.repeat(250) + label, label));
    const [body] = encoded({ text: 'Which?', actions });
    const { interactive } = body as { interactive: { action: { sections: { rows: { id: string }[] }[] } } };
    const ids = interactive.action.sections[0]?.rows.map(({ id }) => id) ?? [];
    expect([new Set(ids).size, Math.max(...ids.map(({ length }) => length))]).toEqual([4, 199]);
  });

  it('with a choice over several lines, or an id with spaces around it, has neither', () => {
    const [body] = encoded({ text: 'Which?', actions: [choice(' a ', 'Yes,\nplease')] });
    expect(body).toMatchObject({
      interactive: { action: { buttons: [{ reply: { id: 'a', title: 'Yes, please' } }] } },
    });
  });

  it('with the same choice twice shows it once', () => {
    const [body] = encoded({ text: 'Which?', actions: [choice('a'), choice('a', 'b'), choice('c', 'a'), choice('d')] });
    expect(body).toMatchObject({
      interactive: { action: { buttons: [{ reply: { id: 'a' } }, { reply: { id: 'd' } }] } },
    });
  });

  it('with choices and more words than fit above them says the words first', () => {
    const text = long(3000);
    expect(encoded({ text, actions: choices(2) })).toMatchObject([
      { text: { body: text } },
      { interactive: { body: { text: 'Choice 0' } } },
    ]);
  });

  it('with one link has a button that opens it', () => {
    const actions = [{ id: 'shop', label: 'To the shop of lamps and more', url: 'https://shop.example' }];
    expect(encoded({ text: 'There it is.', actions })).toEqual([
      {
        interactive: {
          type: 'cta_url',
          body: { text: 'There it is.' },
          action: {
            name: 'cta_url',
            parameters: { display_text: 'To the shop of lamp…', url: 'https://shop.example' },
          },
        },
      },
    ]);
  });

  it('with links beside choices writes the links out', () => {
    const actions = [choice('a'), { id: 'l', label: 'Shop', url: 'https://shop.example' }];
    expect(encoded({ text: 'Which?', actions })[0]).toMatchObject({
      interactive: { type: 'button', body: { text: 'Which?\n\nShop: https://shop.example' } },
    });
  });

  it('with choices and no words has some above the choices', () => {
    expect(encoded({ actions: choices(1) })[0]).toMatchObject({ interactive: { body: { text: 'Choice 0' } } });
  });

  it('with a picture has the words as its caption', () => {
    expect(encoded({ text: 'A lamp', attachments: [picture] })).toEqual([
      { image: { link: 'https://shop.example/lamp.png', caption: 'A lamp' } },
    ]);
  });

  it('with several files sends each, and the words once', () => {
    expect(encoded({ text: 'Two files', attachments: [picture, paper] })).toEqual([
      { image: { link: 'https://shop.example/lamp.png' } },
      { document: { link: 'https://shop.example/l.pdf', filename: 'lamp.pdf', caption: 'Two files' } },
    ]);
  });

  it('with sound, or with more words than a caption takes, has the words for themselves', () => {
    expect(encoded({ text: 'Listen', attachments: [voice] }).map((body) => Object.keys(body)[0])).toEqual([
      'audio',
      'text',
    ]);
    expect(encoded({ text: long(1025), attachments: [picture] }).map((body) => Object.keys(body)[0])).toEqual([
      'image',
      'text',
    ]);
  });

  it('with a place sends the place', () => {
    const place: Attachment = { id: '1', kind: 'location', mediaType: 'application/geo+json', url: 'geo:52.5,-13.4' };
    expect(encoded({ attachments: [place] })).toEqual([{ location: { latitude: '52.5', longitude: '-13.4' } }]);
  });

  it('with a template says its parameters on one line each', () => {
    const template = { name: 'reminder', language: 'de', parameters: ['Ana\nMaria', '14:00\t     Uhr'] };
    expect(encoded({ template })).toEqual([
      {
        template: {
          name: 'reminder',
          language: { policy: 'deterministic', code: 'de' },
          components: [
            {
              type: 'body',
              parameters: [
                { type: 'text', text: 'Ana Maria' },
                { type: 'text', text: '14:00 Uhr' },
              ],
            },
          ],
        },
      },
    ]);
    expect(encoded({ template: { name: 'plain', language: 'en', parameters: [] } })[0]).not.toHaveProperty(
      'template.components',
    );
  });

  it.each([
    ['image', 'image/gif'],
    ['image', 'image/svg+xml'],
    ['audio', 'audio/wav'],
    ['video', 'video/webm; codecs=vp9'],
    ['sticker', 'image/gif'],
  ] as const)('with a file of a type that Meta does not take has its address: %s, %s', (kind, mediaType) => {
    const file = { ...picture, kind, mediaType };
    expect(encoded({ text: 'Look', attachments: [{ ...file, name: 'Our lamp' }, picture] })).toEqual([
      { image: { link: picture.url, caption: 'Look\n\nOur lamp: https://shop.example/lamp.png' } },
    ]);
    expect(encoded({ attachments: [file] })).toMatchObject([{ text: { body: 'https://shop.example/lamp.png' } }]);
  });

  it.each([
    ['image', 'image/jpg', 'image'],
    ['sticker', 'image/png', 'image'],
    ['sticker', 'image/webp', 'sticker'],
    ['audio', 'audio/ogg; codecs=opus', 'audio'],
    ['video', 'application/octet-stream', 'video'],
    ['document', 'application/zip', 'document'],
  ] as const)('with %s of the type %s has a file of the kind %s', (kind, mediaType, sent) => {
    expect(encoded({ attachments: [{ ...picture, kind, mediaType }] })).toEqual([{ [sent]: { link: picture.url } }]);
  });

  it('with one link that is no web address has it in words', () => {
    const actions = [{ id: 'call', label: 'Call us', url: 'tel:+49301234567' }];
    expect(encoded({ text: 'Questions?', actions })).toEqual([
      { text: { body: 'Questions?\n\nCall us: tel:+49301234567', preview_url: false } },
    ]);
  });

  it('with nothing in it is none', () => {
    expect(encoded({})).toEqual([]);
    expect(encoded({ attachments: [{ ...picture, url: 'javascript:alert(1)' }] })).toEqual([]);
  });
});
