import type { Plugin } from 'polyphon/plugin';
import { schema } from './schema.ts';

/** A bot of Telegram, by webhook or, where there is no public address, by long polling. */
export const plugin = {
  contract: 1,
  kind: 'channel',
  name: 'telegram',
  schema,
  opensFor: ({ mode }) => (mode === 'polling' ? 'eager' : 'lazy'),
  open: async ({ config, http, clock, log, signal }) => {
    const { openChannel } = await import('./channel.ts');
    return openChannel({ config, http, clock, log, signal });
  },
} satisfies Plugin<'channel', typeof schema>;
