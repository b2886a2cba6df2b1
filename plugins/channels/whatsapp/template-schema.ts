import { type Static, Type } from 'typebox';

/** Meta names the parameters of a template so. */
export const parameterNameShape = '^[a-z][a-z0-9_]{0,63}$';
export const maxParameters = 20;
export const maxParameterLength = 1024;
/** On one line; `{{ text }}` stands for an answer in `parameters` alone. */
export const headerShape = '^[^{}\\r\\n]*[^{}\\s][^{}\\r\\n]*$';
/** How an address ends, or a code: without blanks. */
export const wordShape = '^[^{}\\s]+$';
const replyShape = '^[^{}]*[^{}\\s][^{}]*$';
/** Of a heading's text, with what the template says itself. */
export const maxHeaderLength = 60;
export const maxButtons = 10;
/** Of what a button brings back: more cannot be told from the id of another. */
export const maxReplyLength = 256;
export const maxUrlLength = 2000;
/** Of what a button copies. */
export const maxCodeLength = 15;

const templateName = Type.String({
  pattern: '^[a-z0-9_]{1,512}$',
  description: "The template's name at Meta, as in order_ready_v1",
});

const parameter = Type.String({ minLength: 1, maxLength: maxParameterLength });
const file = (kind: string) =>
  Type.String({
    pattern: '^https://',
    maxLength: maxUrlLength,
    description: `Where Meta fetches the ${kind} of its heading`,
  });
const exact = { additionalProperties: false } as const;

const header = Type.Union(
  [
    Type.Object(
      {
        text: Type.String({
          pattern: headerShape,
          maxLength: maxHeaderLength,
          description: 'What {{1}} of its heading becomes',
        }),
        name: Type.Optional(
          Type.String({ pattern: parameterNameShape, description: 'The parameter’s name, where the heading has one' }),
        ),
      },
      exact,
    ),
    Type.Object({ image: file('picture') }, exact),
    Type.Object({ video: file('video') }, exact),
    Type.Object(
      {
        document: file('document'),
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'What the file is called' })),
      },
      exact,
    ),
  ],
  { description: 'What its heading needs: a text, or the https address of a picture, video or document' },
);

const place = {
  index: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: maxButtons - 1,
      description: 'Its place among all buttons of the template, from 0; its place in this list unless told',
    }),
  ),
};

const button = Type.Union([
  Type.Object(
    {
      ...place,
      url: Type.String({
        pattern: wordShape,
        maxLength: maxUrlLength,
        description: 'How its address ends: what {{1}} becomes',
      }),
    },
    exact,
  ),
  Type.Object(
    {
      ...place,
      reply: Type.String({
        pattern: replyShape,
        maxLength: maxReplyLength,
        description: 'The id that comes when it is pressed; its words unless told',
      }),
    },
    exact,
  ),
  Type.Object(
    { ...place, code: Type.String({ pattern: wordShape, maxLength: maxCodeLength, description: 'What it copies' }) },
    exact,
  ),
]);

export const template = Type.Union([
  templateName,
  Type.Object(
    {
      name: templateName,
      language: Type.Optional(
        Type.String({
          pattern: '^[a-z]{2,3}(_[A-Za-z]{2,4})?$',
          description: "The language Meta approved it in, as in en_US; the bot's default language unless told",
        }),
      ),
      header: Type.Optional(header),
      parameters: Type.Optional(
        Type.Union(
          [
            Type.Array(parameter, { maxItems: maxParameters }),
            Type.Record(Type.String({ pattern: parameterNameShape }), parameter, {
              propertyNames: { type: 'string', pattern: parameterNameShape },
              maxProperties: maxParameters,
            }),
          ],
          {
            description:
              'What {{1}}, {{2}} … of its body become; by their names where it names them; {{ text }} stands for the answer, on one line',
          },
        ),
      ),
      buttons: Type.Optional(
        Type.Array(button, {
          maxItems: maxButtons,
          description: 'What its buttons need; those that need nothing are left out',
        }),
      ),
    },
    exact,
  ),
]);

export type ConfiguredTemplate = Static<typeof template>;
