import { Type } from 'typebox';

const schema = Type.Object({ url: Type.String({ format: 'uri' }) }, { additionalProperties: false });
const parameters = Type.Object({ article: Type.String({ maxLength: 40 }) }, { additionalProperties: false });

/** @satisfies {import('polyphon/plugin').Plugin<'tool', typeof schema>} */
export const plugin = {
  contract: 1,
  kind: 'tool',
  name: 'stock',
  schema,
  open: async ({ config, http }) => ({
    functions: [{ name: 'look_up', description: 'How many of an article are in stock.', parameters }],
    call: async (_name, { article }, { signal }) => {
      const response = await http.fetch(`${config.url}?article=${encodeURIComponent(article)}`, { signal });
      return { result: response.ok ? await response.text() : 'The stock is not known now.' };
    },
  }),
};
