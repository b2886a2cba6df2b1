import { Check } from 'typebox/value';
import { expect, it } from 'vitest';
import { schema } from '../../../../plugins/channels/web-chat/schema.ts';

const { origins } = schema.properties;

it('takes an origin as browsers send it', () => {
  expect(Check(origins, ['https://shop.example', 'http://localhost:5173'])).toBe(true);
});

it.each(['https://*.shop.example', '*', 'https://shop.example/chat', 'shop.example'])(
  'refuses %s, which no browser sends and which would match nothing',
  (origin) => {
    expect(Check(origins, [origin])).toBe(false);
  },
);
