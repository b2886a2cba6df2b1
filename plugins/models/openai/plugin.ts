import type { Plugin } from 'polyphon/plugin';
import { loadChatClient } from './chat-client.ts';
import { createOpenaiModel } from './openai-model.ts';
import { schema } from './schema.ts';
import { readSettings } from './settings.ts';

/** Any model behind a service that speaks OpenAI's Chat Completions, through LangChain. */
export const plugin = {
  contract: 1,
  kind: 'model',
  name: 'openai',
  schema,
  open: async ({ config, http }) => {
    const settings = readSettings(config);
    return createOpenaiModel({ settings, client: await loadChatClient(settings), http });
  },
} satisfies Plugin<'model', typeof schema>;
