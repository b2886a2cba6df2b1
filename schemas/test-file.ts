import { type Static, Type } from 'typebox';
import { eventTypes } from './event-types.ts';
import { listOrOne, oneOf, quantity, section } from './vocabulary.ts';

const optional = Type.Optional;

const expectations = {
  contains: optional(Type.Array(Type.String(), { description: 'Each stands in the reply, whatever its case' })),
  matches: optional(Type.String({ format: 're2', description: 'RE2 expression' })),
  cites: optional(Type.Array(Type.String(), { description: 'Keys of knowledge that the reply cites' })),
  language: optional(Type.String({ pattern: '^[a-z]{2,3}$' })),
  maxLatency: optional(quantity('duration', 'From the question to the end of the reply')),
  says: optional(Type.String({ description: 'One of prompts: the reply is that text' })),
  ownership: optional(oneOf(['bot', 'human', 'paused'])),
  events: optional(Type.Array(oneOf(eventTypes), { description: 'Events of this turn' })),
};

/** `tests/*.yaml` of a bot. */
export const testFileSchema = section(
  {
    polyphon: Type.Literal(1),
    cases: Type.Array(
      section({
        name: Type.String({ minLength: 1 }),
        channel: optional(Type.String({ description: 'A key of channels; the first one that is on unless told' })),
        contact: optional(
          Type.Unsafe<Readonly<Record<string, string>>>({ type: 'object', additionalProperties: { type: 'string' } }),
        ),
        tags: optional(listOrOne('For choosing')),
        turns: Type.Array(
          section({
            user: Type.String({ description: 'What the contact writes' }),
            expect: optional(section({ ...expectations, not: optional(section(expectations)) })),
          }),
          { minItems: 1 },
        ),
      }),
      { minItems: 1 },
    ),
  },
  { title: 'Polyphon bot tests' },
);

export type TestFile = Static<typeof testFileSchema>;
