import { Type } from 'typebox';
import type { PluginKind } from '../core/contract/index.ts';
import { use, withBlock } from './plugin-use.ts';
import { oneOf, quantity, section, text } from './vocabulary.ts';

const optional = Type.Optional;

export const voice = section(
  {
    stt: optional(
      section(
        {
          use: use('speech-to-text'),
          with: optional(withBlock),
          keywords: optional(Type.Array(Type.String(), { description: 'Names and words the ear should expect' })),
        },
        { plugin: 'speechToText' satisfies PluginKind },
      ),
    ),
    endpointing: optional(
      section({
        minDelay: optional(quantity('duration', 'Silence after which a finished sentence counts as the end of a turn')),
        maxDelay: optional(quantity('duration', 'Silence after which anything counts as the end of a turn')),
      }),
    ),
    interruption: optional(
      section({
        minDuration: optional(quantity('duration', 'Speech shorter than this does not interrupt the bot')),
        minWords: optional(Type.Integer({ minimum: 0, maximum: 100 })),
        ignore: optional(Type.Array(Type.String(), { description: 'Words that never interrupt' })),
        always: optional(Type.Array(Type.String(), { description: 'Words that always interrupt' })),
      }),
    ),
    filler: optional(
      section({ after: quantity('duration', 'Thinking time before it is said'), say: text('What is said') }),
    ),
    silence: optional(
      Type.Array(
        section({
          after: quantity('duration', 'Silence of the caller'),
          say: optional(text('What is said; a bare word names one of `prompts`')),
          do: optional(oneOf(['hangup', 'handoff', 'nothing'])),
        }),
      ),
    ),
  },
  { description: 'Turn-taking of a channel that speaks' },
);
