import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { refusalOfMessage, startFakeWhatsapp } from '../../../kit/index.ts';

const examples = JSON.parse(
  readFileSync(new URL('../../../fixtures/whatsapp/meta-official-send-examples.json', import.meta.url), 'utf8')
    .replaceAll(/\{\{Recipient-(WA-)?Phone-Number\}\}/g, '16505551234')
    .replaceAll(/"link": "[^"]*"/g, '"link": "https://shop.example/file"'),
) as Record<string, object>;

const head = { messaging_product: 'whatsapp', recipient_type: 'individual', to: '16505551234' };
const text = { ...head, type: 'text', text: { body: 'Hi' } };
const interactive = (content: object) => ({ ...head, type: 'interactive', interactive: content });
const button = (id: string, title = id) => ({ type: 'reply', reply: { id, title } });
const buttons = (...list: readonly object[]) =>
  interactive({ type: 'button', body: { text: 'Which?' }, action: { buttons: list } });
const list = (rows: readonly object[], button = '☰', more: readonly object[] = [], title?: string) =>
  interactive({ type: 'list', body: { text: 'Which?' }, action: { button, sections: [{ title, rows }, ...more] } });
const withEdges = (edges: object) =>
  interactive({ type: 'button', body: { text: 'Which?' }, action: { buttons: [button('a')] }, ...edges });
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${index}`, title: `Row ${index}` }));
const template = (name: string, code: string, parameters: readonly object[] = []) => ({
  ...head,
  type: 'template',
  template: {
    name,
    language: { policy: 'deterministic', code },
    ...(parameters.length === 0 ? {} : { components: [{ type: 'body', parameters }] }),
  },
});
const templates = [{ name: 'order_ready', language: 'en', parameters: 1 }];
const word = (value: string) => ({ type: 'text', text: value });

describe('the fake Cloud API', () => {
  it.each(Object.entries(examples))('takes what Meta shows: %s', (_, body) => {
    expect(refusalOfMessage(body, [])).toBeUndefined();
  });

  it.each<[string, object, number]>([
    ['no product', { ...text, messaging_product: undefined }, 100],
    ['no recipient', { ...text, to: undefined }, 100],
    ['a user id in `to`', { ...text, to: 'US.13491208655302741918' }, 100],
    ['a number in `recipient`', { ...text, to: undefined, recipient: '16505551234' }, 100],
    ['an unknown type', { ...head, type: 'poll', poll: {} }, 100],
    ['a key Meta does not know', { ...text, priority: 1 }, 100],
    ['a preview that is neither on nor off', { ...head, type: 'text', text: { body: 'Hi', preview_url: [] } }, 100],
    ['an answer to nothing', { ...text, context: { message_id: 7 } }, 100],
    ['a list of links', { ...head, type: 'image', image: { link: ['https://a.example/1'] } }, 100],
    ['a place in no text', { ...head, type: 'location', location: { latitude: [], longitude: '1' } }, 100],
    ['an empty text', { ...head, type: 'text', text: { body: '' } }, 100],
    ['4,097 characters', { ...head, type: 'text', text: { body: 'x'.repeat(4097) } }, 100],
    ['a file with neither id nor link', { ...head, type: 'image', image: {} }, 100],
    ['a file with both', { ...head, type: 'image', image: { id: '1', link: 'https://a.example' } }, 100],
    ['sound with a caption', { ...head, type: 'audio', audio: { id: '1', caption: 'Hi' } }, 100],
    ['four buttons', buttons(button('a'), button('b'), button('c'), button('d')), 100],
    ['a button of 21 characters', buttons(button('a', 'x'.repeat(21))), 100],
    ['two buttons of one title', buttons(button('a', 'x'), button('b', 'x')), 100],
    ['choices without words', interactive({ type: 'button', action: { buttons: [button('a')] } }), 100],
    ['eleven rows', list(rows(11)), 100],
    ['a row of 25 characters', list([{ id: 'a', title: 'x'.repeat(25) }]), 100],
    ['a list nobody can open', list(rows(2), ''), 100],
    ['two parts of a list without titles', list(rows(2), '☰', [{ rows: [{ id: 'z', title: 'Z' }] }]), 100],
    ['a part of a list with a title of 25 characters', list(rows(2), '☰', [], 'x'.repeat(25)), 100],
    ['a foot of 61 characters', withEdges({ footer: { text: 'x'.repeat(61) } }), 100],
    ['a head of 61 characters', withEdges({ header: { type: 'text', text: 'x'.repeat(61) } }), 100],
    ['a head of no known type', withEdges({ header: { type: 'audio', audio: { id: '1' } } }), 100],
    ['a file that is not on the web', { ...head, type: 'image', image: { link: 'file:///etc/passwd' } }, 100],
    ['a template nobody approved', template('unknown', 'en'), 132001],
    ['a template in another language', template('order_ready', 'de', [word('7')]), 132001],
    ['a template without its parameter', template('order_ready', 'en'), 132000],
    ['a parameter of two lines', template('order_ready', 'en', [word('7\n8')]), 132018],
    ['a list in place of a body', [], 100],
  ])('refuses %s', (_, body, code) => {
    expect(refusalOfMessage(JSON.parse(JSON.stringify(body)), templates)?.code).toBe(code);
  });

  it('takes nothing without the token, and free words only within 24 hours of the person’s last', async () => {
    await using meta = await startFakeWhatsapp();
    const post = async (token: string) => {
      const response = await fetch(`${meta.baseUrl}/v23.0/${meta.phoneNumberId}/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(text),
      });
      const { error } = (await response.json()) as { error?: { code: number } };
      return error?.code ?? response.status;
    };
    expect(await post('wrong')).toBe(190);
    expect(await post(meta.accessToken)).toBe(131047);
    await meta.deliver(meta.baseUrl, { messages: [meta.message('16505551234', 'Hello')] });
    expect(await post(meta.accessToken)).toBe(200);
    meta.advance(86_401_000);
    expect(await post(meta.accessToken)).toBe(131047);
    expect(meta.sent).toHaveLength(1);
    expect(meta.requests.map(({ refusal }) => refusal?.code)).toContain(190);
  });

  it.each([
    [400, 100],
    [401, 190],
    [403, 200],
    [404, 803],
    [422, 100],
    [429, 4],
    [500, 2],
    [503, 2],
  ])('refuses with status %i by the code that Meta’s specification has for it, %i', async (status, code) => {
    await using meta = await startFakeWhatsapp();
    meta.fail({ kind: 'answer', status });
    const headers = { authorization: `Bearer ${meta.accessToken}`, 'content-type': 'application/json' };
    const address = `${meta.baseUrl}/v23.0/${meta.phoneNumberId}/messages`;
    const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(text) });
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
  });

  it('asks an address for its challenge before it takes it, of the account or the number', async () => {
    const asked: URL[] = [];
    const wabaId = '419561257915477';
    await using meta = await startFakeWhatsapp({
      wabaId,
      reach: async (address) => {
        asked.push(address);
        const isRight = address.searchParams.get('hub.verify_token') === 'right';
        return new Response(isRight ? address.searchParams.get('hub.challenge') : 'no');
      },
    });
    const headers = { authorization: `Bearer ${meta.accessToken}`, 'content-type': 'application/json' };
    const call = async (method: string, path: string, body?: object) => {
      const address = `${meta.baseUrl}/v23.0/${path}`;
      const response = await fetch(address, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      return (await response.json()) as { readonly error?: { readonly code: number } };
    };
    const to = (override_callback_uri: string, verify_token?: string) => ({ override_callback_uri, verify_token });
    const account = `${wabaId}/subscribed_apps`;
    expect((await call('POST', account, to('https://a.example/w', 'wrong'))).error?.code).toBe(2200);
    expect((await call('POST', account, to('http://a.example/w', 'right'))).error?.code).toBe(2200);
    expect((await call('POST', account, to('https://a.example/w', 'right'))).error).toBeUndefined();
    expect([meta.callback, asked.map(({ host }) => host)]).toEqual(['https://a.example/w', ['a.example', 'a.example']]);
    await call('POST', meta.phoneNumberId, { webhook_configuration: to('https://b.example/w', 'right') });
    expect(meta.callback).toBe('https://b.example/w');
    await call('POST', meta.phoneNumberId, { webhook_configuration: to('') });
    await call('POST', account);
    expect(meta.callback).toBeUndefined();
    await call('DELETE', account);
    const late = await call('POST', meta.phoneNumberId, { webhook_configuration: to('https://b.example/w', 'right') });
    expect(late.error?.code).toBe(100);
  });
});
