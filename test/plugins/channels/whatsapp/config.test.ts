import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { schema } from '../../../../plugins/channels/whatsapp/schema.ts';

const whole = {
  phoneNumberId: '106540352242922',
  accessToken: 'EAAtoken',
  appSecret: 'app-secret',
  verifyToken: 'verify-token',
};
const isValid = (config: object) => Value.Check(schema, Value.Default(schema, structuredClone(config)));

describe('the configuration', () => {
  it('needs the number and the three secrets, and nothing else', () => {
    expect(isValid(whole)).toBe(true);
    for (const key of Object.keys(whole)) {
      const { [key as keyof typeof whole]: _, ...rest } = whole;
      expect(isValid(rest), `without ${key}`).toBe(false);
      expect(isValid({ ...whole, [key]: '' }), `with an empty ${key}`).toBe(false);
    }
  });

  it('marks every secret as one, so that it may not stand in the file and is not logged', () => {
    for (const key of ['accessToken', 'appSecret', 'verifyToken'] as const) {
      expect(schema.properties[key]).toHaveProperty('secret', true);
    }
  });

  it.each([
    ['a template by its name', { templates: { continue: 'we_have_an_answer' } }],
    [
      'a template with its language',
      { templates: { reply: { name: 'answer', language: 'pt_BR', parameters: ['{{ text }}'] } } },
    ],
    [
      'a template with a heading, named parameters and buttons',
      {
        templates: {
          sale: {
            name: 'sale',
            header: { document: 'https://shop.example/a.pdf', name: 'A.pdf' },
            parameters: { customer: 'you' },
            buttons: [{ url: 'a' }, { index: 2, reply: 'b' }, { code: 'LAMP25' }],
          },
        },
      },
    ],
    ['a service of its own', { baseUrl: 'http://127.0.0.1:4010/', apiVersion: 'v24.0' }],
  ])('takes %s', (_, more) => expect(isValid({ ...whole, ...more })).toBe(true));

  it.each([
    ['a number where its id is meant', { phoneNumberId: '+16505551234' }],
    ['a template Meta cannot have', { templates: { continue: 'We have an answer' } }],
    ['a template under a name nobody can ask for', { templates: { Continue: 'answer' } }],
    [
      'a heading that is two things',
      { templates: { a: { name: 'a', header: { text: 'A', image: 'https://x.example/a' } } } },
    ],
    [
      'a heading that anybody can read on the way',
      { templates: { a: { name: 'a', header: { image: 'http://x.example/a' } } } },
    ],
    ['a parameter by a name Meta cannot have', { templates: { a: { name: 'a', parameters: { 'A b': 'x' } } } }],
    ['an answer in a heading', { templates: { a: { name: 'a', header: { text: '{{ text }}' } } } }],
    ['an answer in an address', { templates: { a: { name: 'a', buttons: [{ url: '{{ text }}' }] } } }],
    ['a button that needs nothing', { templates: { a: { name: 'a', buttons: [{ index: 0 }] } } }],
    ['an address with a path', { baseUrl: 'https://graph.facebook.com/v23.0' }],
    ['a version that is none', { apiVersion: '23' }],
    ['a key nobody knows', { pin: '123456' }],
  ])('refuses %s', (_, more) => expect(isValid({ ...whole, ...more })).toBe(false));
});
