import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { messengerSchemas } from '../../../core/http/openapi/messenger-schemas.ts';

const { NewTemplateMessage } = messengerSchemas;

it.each([
  { template: 'pickup' },
  { template: 'pickup', header: { image: 'https://shop.example/a.jpg' }, parameters: ['Ana'], buttons: [{ url: 'a' }] },
  {
    template: 'day',
    id: 'k',
    header: { text: 'Order 7', name: 'title' },
    parameters: { day: 'Monday', customer: 'Ana' },
  },
  { template: 'sale', language: 'en', buttons: [{ index: 2, reply: 'keep' }, { code: 'LAMP25' }] },
])('the description of the API takes what the route takes: %j', (body) => {
  expect([...Value.Errors(NewTemplateMessage, body)]).toEqual([]);
});

it.each([
  { template: 'pickup', header: { picture: 'https://shop.example/a.jpg' } },
  { template: 'pickup', buttons: [{ payload: 'a' }] },
  { template: 'pickup', parameters: [7] },
])('and refuses what it refuses: %j', (body) => {
  expect(Value.Check(NewTemplateMessage, body)).toBe(false);
});
