import { Type } from 'typebox';

const schema = Type.Object({ url: Type.String({ format: 'uri' }) }, { additionalProperties: false });

/** @satisfies {import('polyphon/plugin').Plugin<'source', typeof schema>} */
export const plugin = {
  contract: 1,
  kind: 'source',
  name: 'notice',
  schema,
  open: async ({ config: { url }, http, clock }) => ({
    pace: 'in-background',
    async *list(signal) {
      const { headers } = await http.fetch(url, { method: 'HEAD', signal });
      const version = headers.get('etag') ?? headers.get('last-modified') ?? String(clock.now());
      const read = async (signal) => new Uint8Array(await (await http.fetch(url, { signal })).arrayBuffer());
      yield { id: url, url, title: 'Notice', mediaType: 'text/html', version, read };
    },
  }),
};
