import { Type } from 'typebox';

const path = (description: string) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\s.]+(\\.[^\\s.]+)*$', description });

export const schema = Type.Object(
  {
    url: Type.String({
      format: 'uri',
      pattern: '^https?://[^/?#@]+([/?#]|$)',
      maxLength: 2000,
      description: 'Answers GET with JSON.',
      examples: ['https://shop.example/api/products'],
    }),
    headers: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]{1,60}$' }), Type.String({ maxLength: 4000 }), {
        description: 'Sent with each request, as in Authorization with a secret reference. To the host of `url` only.',
      }),
    ),
    items: Type.Optional(
      path('Where the list stands in the answer, as in data.products; the answer itself unless told.'),
    ),
    id: path('The field that names an item for good, as in sku.'),
    title: Type.Optional(path('The field that is the title of an item.')),
    link: Type.Optional(path('The field with the address that citations lead to.')),
    row: Type.Optional(
      Type.String({
        minLength: 1,
        template: 'row',
        description: 'LiquidJS template that turns one item into a sentence, as in {{ name }}: {{ price_amount }} EUR.',
      }),
    ),
    next: Type.Optional(
      path('The field of the answer that holds the address of the next page. A Link header counts without it.'),
    ),
    page: Type.Optional(
      Type.Object(
        {
          parameter: Type.String({
            minLength: 1,
            maxLength: 60,
            description: 'The parameter that counts pages, as in page.',
          }),
          first: Type.Integer({ default: 1, minimum: 0, maximum: 1_000_000, description: 'Its first value.' }),
          step: Type.Integer({
            default: 1,
            minimum: 1,
            maximum: 10_000,
            description: 'More than 1 where it counts items.',
          }),
        },
        { additionalProperties: false, description: 'Pages by number, until one is empty.' },
      ),
    ),
    maxItems: Type.Integer({ default: 5000, minimum: 1, maximum: 50_000, description: 'Documents at most.' }),
    language: Type.Optional(
      Type.String({
        pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        description: 'Language of all items; detected where it is not told.',
      }),
    ),
  },
  { additionalProperties: false },
);
