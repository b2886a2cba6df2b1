import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeMessage } from '../../../../plugins/channels/whatsapp/encode.ts';
import { outsideWindow } from '../../../../plugins/channels/whatsapp/outside-window.ts';
import {
  type FakeWhatsapp,
  type FakeWhatsappTemplate,
  refusalOfMessage,
  startFakeWhatsapp,
} from '../../../kit/index.ts';
import type { Deployment } from '../../../whole/deployment.ts';
import { channelUrl, deployShops } from './lamp-shop.ts';
import { outbound } from './open-channel.ts';

const person = '16505551234';
const picture = 'https://shop.example/blue.jpg';
const made: readonly FakeWhatsappTemplate[] = [
  { name: 'pick_up', language: 'en', parameters: 1, header: 'image', buttons: ['url', 'fixed', 'quick_reply'] },
  { name: 'named', language: 'en', parameters: 2, parameterNames: ['customer', 'day'], header: 'text' },
  { name: 'sale', language: 'en', parameters: 0, buttons: ['copy_code'] },
  { name: 'invoice', language: 'en', parameters: 0, header: 'document' },
];
type Template = NonNullable<Parameters<typeof outbound>[0]['template']>;

function sent(template: Template): unknown {
  const [body] = encodeMessage(outbound({ template }), { listLabel: '☰' });
  expect(refusalOfMessage(body, made)).toBeUndefined();
  return (body?.['template'] as { readonly components?: unknown })?.components;
}

describe('a template goes out', () => {
  const pickUp: Template = { name: 'pick_up', language: 'en', parameters: ['Ana'] };

  it('with a picture, the end of an address, and what a button brings back', () => {
    const header = { kind: 'image', url: picture } as const;
    const buttons = [
      { index: 0, kind: 'url', value: 'orders/7' },
      { index: 2, kind: 'reply', value: 'keep 7' },
    ] as const;
    expect(sent({ ...pickUp, header, buttons })).toEqual([
      { type: 'header', parameters: [{ type: 'image', image: { link: picture } }] },
      { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'orders/7' }] },
      { type: 'button', sub_type: 'quick_reply', index: '2', parameters: [{ type: 'payload', payload: 'keep 7' }] },
    ]);
  });

  it('with parameters by name, with a code, and with a document', () => {
    const header = { kind: 'text', text: 'Order 7', name: 'title' } as const;
    const parameters = ['Ana', 'Monday'];
    expect(sent({ name: 'named', language: 'en', parameters, parameterNames: ['customer', 'day'], header })).toEqual([
      { type: 'header', parameters: [{ type: 'text', parameter_name: 'title', text: 'Order 7' }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', parameter_name: 'customer', text: 'Ana' },
          { type: 'text', parameter_name: 'day', text: 'Monday' },
        ],
      },
    ]);
    const buttons = [{ index: 0, kind: 'code', value: 'LAMP25' }] as const;
    expect(sent({ name: 'sale', language: 'en', parameters: [], buttons })).toEqual([
      {
        type: 'button',
        sub_type: 'copy_code',
        index: '0',
        parameters: [{ type: 'coupon_code', coupon_code: 'LAMP25' }],
      },
    ]);
    const bill = { kind: 'document', url: 'https://shop.example/7.pdf', name: 'Bill 7.pdf' } as const;
    expect(sent({ name: 'invoice', language: 'en', parameters: [], header: bill })).toEqual([
      {
        type: 'header',
        parameters: [{ type: 'document', document: { link: 'https://shop.example/7.pdf', filename: 'Bill 7.pdf' } }],
      },
    ]);
  });

  it('with what the definition says of it, also where it stands in for an answer', () => {
    const templates = {
      continue: {
        name: 'pick_up',
        header: { image: picture },
        parameters: ['{{ text }}'],
        buttons: [{ url: 'orders' }, { index: 2, reply: 'keep' }],
      },
    };
    const template = outsideWindow(outbound({ text: 'It is here.' }), templates, 'en')?.template;
    expect(template).toEqual({
      name: 'pick_up',
      language: 'en',
      header: { kind: 'image', url: picture },
      parameters: ['It is here.'],
      buttons: [
        { index: 0, kind: 'url', value: 'orders' },
        { index: 2, kind: 'reply', value: 'keep' },
      ],
      carriesMessage: true,
    });
    const named = { reply: { name: 'named', parameters: { customer: 'you', day: 'Re: {{ text }}' } } };
    expect(outsideWindow(outbound({ text: 'Monday' }), named, 'en')?.template).toMatchObject({
      parameters: ['you', 'Re: Monday'],
      parameterNames: ['customer', 'day'],
    });
  });

  it.each<[code: number, why: string, template: Partial<Template>]>([
    [132012, 'expected IMAGE, received UNKNOWN', {}],
    [132012, 'expected IMAGE, received VIDEO', { header: { kind: 'video', url: picture } }],
    [131008, 'Button at index 0 of type Url', { header: { kind: 'image', url: picture } }],
    [
      132018,
      'Button at index 1 does not take',
      {
        header: { kind: 'image', url: picture },
        buttons: [{ index: 1, kind: 'url', value: 'x' }],
      },
    ],
    [132000, 'body: number of localizable_params (0)', { header: { kind: 'image', url: picture }, parameters: [] }],
    [132001, 'does not exist', { language: 'de' }],
  ])('or is refused by the fake with %i: %s', (code, why, wrong) => {
    const [body] = encodeMessage(outbound({ template: { ...pickUp, ...wrong } }), { listLabel: '☰' });
    expect(refusalOfMessage(body, made)).toMatchObject({ code, details: expect.stringContaining(why) });
  });
});

describe('a program with an operator token sends a template', () => {
  let meta: FakeWhatsapp;
  let deployment: Deployment;
  beforeEach(async () => {
    meta = await startFakeWhatsapp({ templates: made });
    deployment = await deployShops([
      {
        tenantId: 'lamps',
        meta,
        config: `templates:
        pickup: { name: pick_up, header: { image: "${picture}" }, parameters: [you], buttons: [{ url: orders }] }
        day: { name: named, header: { text: News, name: title }, parameters: { customer: you, day: soon } }`,
      },
    ]);
  });
  afterEach(async () => {
    await deployment[Symbol.asyncDispose]();
    await meta[Symbol.asyncDispose]();
  });

  async function post(path: string, body: object) {
    const response = await fetch(`${channelUrl(deployment, 'lamps')}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${deployment.adminToken}` },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const open = async () => String((await post('sessions', { to: person })).body['session']);

  it('as the bot has it, and with a heading, names and buttons of its own', async () => {
    const templates = `sessions/${await open()}/templates`;
    const other = 'https://shop.example/red.jpg';
    const buttons = [
      { index: 2, reply: 'keep 7' },
      { index: 0, url: 'orders/7' },
    ];
    for (const body of [
      { template: 'pickup' },
      { template: 'pickup', header: { image: other }, parameters: ['Ana'], buttons },
      { template: 'day', parameters: ['Ana', 'Monday'] },
      { template: 'day', header: { text: 'Order 7' }, parameters: { day: 'Monday', customer: 'Ana' } },
      { template: 'sale', language: 'en', buttons: [{ code: 'LAMP25' }] },
    ]) {
      expect(await post(templates, body), JSON.stringify(body)).toMatchObject({ status: 202 });
    }
    await meta.arrived(5);
    expect(meta.requests.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
    const text = JSON.stringify(meta.sent.map(({ body }) => body['template']));
    for (const part of [picture, other, 'orders/7', 'keep 7', 'Order 7', 'LAMP25']) expect(text).toContain(part);
    const [, second, third] = meta.sent.map(({ body }) => JSON.stringify(body['template']));
    expect(second?.indexOf('"index":"0"')).toBeLessThan(second?.indexOf('"index":"2"') ?? 0);
    expect(third).toContain('{"type":"text","parameter_name":"day","text":"Monday"}');
  });

  it('and under an id of its own with another picture or button it is refused, not taken for sent', async () => {
    const templates = `sessions/${await open()}/templates`;
    const first = { template: 'pickup', id: 'k', header: { image: picture }, buttons: [{ url: 'orders/1' }] };
    expect((await post(templates, first)).status).toBe(202);
    expect((await post(templates, first)).status).toBe(202);
    for (const other of [{ header: { image: `${picture}2` } }, { buttons: [{ url: 'orders/2' }] }]) {
      expect(await post(templates, { ...first, ...other })).toMatchObject({ status: 409, body: { code: 'CNV5013' } });
    }
    await meta.arrived(1);
  });

  it.each([
    [{ template: 'pickup', header: 'a.jpg' }, '`header` has to have one of `text`, `image`, `video`, `document`'],
    [{ template: 'pickup', header: { image: picture, text: 'A' } }, '`header` has to have one of'],
    [{ template: 'day', header: { text: null } }, '`header.text` is empty'],
    [{ template: 'pickup', header: { video: picture } }, '`header` has `video`, and that of this template `image`'],
    [{ template: 'pickup', header: { image: 'http://10.0.0.1/a.jpg' } }, '`header.image` is not an https address'],
    [{ template: 'day', header: { text: 'A'.repeat(61) } }, '`text` is not a text of 1 to 60 characters'],
    [{ template: 'pickup', buttons: { url: 'x' } }, '`buttons` is not a list'],
    [{ template: 'pickup', buttons: [{ index: 10, url: 'x' }] }, '`buttons[0].index` is not a number from 0 to 9'],
    [{ template: 'pickup', buttons: [{ payload: 'x' }] }, '`buttons[0]` has to have one of `url`, `reply`, `code`'],
    [{ template: 'sale', buttons: [{ code: 'A'.repeat(16) }] }, '`code` is not a text of 1 to 15 characters'],
    [{ template: 'day', parameters: { customer: 'Ana', date: 'Monday' } }, 'Known: customer, day'],
    [
      {
        template: 'pickup',
        buttons: [
          { index: 0, url: 'a' },
          { index: 0, url: 'b' },
        ],
      },
      '`buttons[1]` has the index 0 of another one',
    ],
    [{ template: 'pickup', buttons: [{ code: 'A' }] }, 'has `code`, and button 0 of this template `url` in the bot'],
    [{ template: 'sale', buttons: [{ url: 'a b' }] }, '`buttons[0].url` has a blank'],
    [{ template: 'pickup', header: { image: picture, name: 'A.jpg' } }, '`header.name` is of no use to a image'],
    [{ template: 'day', header: { text: 'A', name: 'Foo Bar!' } }, '`header.name` is no name of a parameter'],
    [{ template: 'pickup', parameters: { customer: 'Ana' } }, 'Send a list: there they are numbered'],
    [{ template: 'sale', parameters: { 'Big Sale': 'x' } }, 'the name of parameter 1 is none of Meta’s'],
    [{ template: 'sale', parameters: { sale: 7 } }, '`parameters.sale` is not a text'],
  ])('and is told what is wrong: %j', async (body, words) => {
    const answer = await post(`sessions/${await open()}/templates`, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'WAP3304', detail: expect.stringContaining(words) } });
    expect(meta.sent).toEqual([]);
  });
});
