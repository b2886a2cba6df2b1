import { Type } from 'typebox';
import type { PluginKind } from '../core/contract/index.ts';
import { use, withBlock } from './plugin-use.ts';
import { oneOf, quantity, section } from './vocabulary.ts';

const optional = Type.Optional;

const price = section(
  { input: quantity('money', 'As in 0.40 USD'), output: quantity('money', 'As in 1.60 USD') },
  { description: 'What a million tokens cost; `budget` counts by it' },
);

export const llm = section(
  {
    use: optional(Type.String({ default: 'offline', description: 'The name of an installed model plugin' })),
    with: optional(withBlock),
    price: optional(price),
    fallback: optional(
      Type.Array(
        section(
          { use: use('model'), with: optional(withBlock), price: optional(price) },
          { plugin: 'model' satisfies PluginKind },
        ),
        { default: [], description: 'Tried in order' },
      ),
    ),
    deadline: optional(
      section(
        {
          firstToken: optional(
            quantity('duration', 'Until the first word, where it is shown as it comes or a fallback waits', {
              default: '8s',
              aboveZero: true,
            }),
          ),
          total: optional(quantity('duration', 'For the whole answer', { default: '60s', aboveZero: true })),
        },
        { default: {} },
      ),
    ),
    budget: optional(
      section({
        perDay: optional(quantity('money', "As in 15 EUR; a day of the bot's time zone")),
        perConversation: optional(quantity('money', 'As in 0.40 EUR')),
        onExceeded: optional(
          oneOf(['handoff', 'unknown'], { default: 'handoff', description: 'What happens instead of an answer' }),
        ),
      }),
    ),
  },
  { default: {}, plugin: 'model' satisfies PluginKind },
);
