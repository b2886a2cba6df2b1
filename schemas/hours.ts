import { Type } from 'typebox';
import { oneOf, section, text } from './vocabulary.ts';

const optional = Type.Optional;
const interval = Type.String({ format: 'interval', description: 'Opening time, as in 08:00-12:00' });

export const hours = section({
  weekly: Type.Unsafe<Readonly<Record<string, readonly string[]>>>({
    type: 'object',
    patternProperties: {
      '^x-': {},
      '^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$': { type: 'array', items: interval },
    },
    additionalProperties: false,
    known: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'mon-fri'],
    description:
      'By day or span of days, as in mon-fri. A day inside a span has hours of its own: sat beside mon-sun, with [] for closed',
  }),
  exceptions: optional(
    Type.Array(
      section({
        date: optional(Type.String({ format: 'day', description: 'As in 2026-12-24' })),
        from: optional(Type.String({ format: 'day' })),
        to: optional(Type.String({ format: 'day' })),
        closed: optional(Type.Boolean()),
        open: optional(Type.Array(interval)),
        note: optional(Type.String()),
      }),
    ),
  ),
  whenClosed: optional(
    section({
      bot: optional(oneOf(['on', 'off'], { default: 'on' })),
      say: optional(text('Said outside opening hours')),
    }),
  ),
});
