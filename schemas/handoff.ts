import { Type } from 'typebox';
import { oneOf, quantity, section, text } from './vocabulary.ts';

const optional = Type.Optional;
const id = { pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$', examples: ['front-desk'] };

export const handoff = section({
  inbox: Type.String({ ...id, description: 'Where operators look' }),
  notify: optional(
    Type.Array(
      Type.String({
        pattern: '^(mailto:[^\\s@?&,;<>]+@[^\\s@?&,;<>]+|https?://\\S+)$',
        examples: ['mailto:desk@example.org'],
      }),
      {
        default: [],
        description: 'Who is told when a person is asked for: https: by a signed webhook, mailto: by mail',
      },
    ),
  ),
  secret: optional(
    Type.String({ minLength: 1, secret: true, description: 'Signs what is sent to the addresses of `notify`' }),
  ),
  timeout: optional(quantity('duration', 'How long a person is waited for', { default: '5m', aboveZero: true })),
  onTimeout: optional(oneOf(['callback', 'return'], { default: 'callback' })),
});

const escalationRule = section({
  when: Type.Union([
    Type.Literal('asks-human'),
    section({ misses: Type.Integer({ minimum: 1, maximum: 100, description: 'Unanswered questions in a row' }) }),
    section({ match: Type.String({ format: 're2', description: 'RE2 expression over what the contact wrote' }) }),
  ]),
  say: optional(text('What the bot says then')),
  do: optional(oneOf(['handoff', 'nothing'], { default: 'handoff' })),
});

export const escalation = Type.Array(escalationRule, {
  default: [
    { when: 'asks-human', do: 'handoff' },
    { when: { misses: 2 }, do: 'handoff' },
  ],
});
