import { Type } from 'typebox';
import type { PluginKind } from '../core/contract/index.ts';
import { use, withBlock } from './plugin-use.ts';
import { byId, section, text } from './vocabulary.ts';
import { voice } from './voice.ts';

const optional = Type.Optional;

export const channel = section(
  {
    use: use('channel'),
    with: optional(withBlock),
    enabled: optional(Type.Boolean({ default: true, description: 'A channel that is off is not opened' })),
    override: optional(
      section({
        prompts: optional(byId(text('Replaces the prompt on this channel'))),
        style: optional(
          section({
            maxChars: optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
            maxSentences: optional(Type.Integer({ minimum: 1, maximum: 1000 })),
          }),
        ),
      }),
    ),
    voice: optional(voice),
    quietHours: optional(
      section(
        {
          from: Type.String({ format: 'clock', description: 'As in 21:00' }),
          to: Type.String({ format: 'clock', description: 'As in 08:00' }),
        },
        { description: 'When a messenger sends nothing but answers; what the bot or an operator begins waits' },
      ),
    ),
  },
  { plugin: 'channel' satisfies PluginKind },
);
