import type { PluginKind } from '../../../contract/index.ts';

interface PluginParts {
  /** Beside contract, kind, name and schema. */
  readonly open: string;
  readonly properties: string;
  /** Body of the test; `port` is what `open` gave, `signal` never aborts. */
  readonly test: string;
  /** A key and what stands below it in a `bot.yaml`. */
  readonly use: string;
}

/** The smallest plugin of each kind that does something, with a test that shows it. */
export const otherParts: Readonly<Partial<Record<PluginKind, PluginParts>>> = {
  model: {
    properties: '',
    open: `  open: async () => ({
    id: '__NAME__',
    capabilities: { tools: 'none' },
    // Text may carry marks: [1] cites the first passage, [unknown] says that none answers.
    async *stream({ passages }, signal) {
      signal.throwIfAborted();
      const [best] = passages;
      yield { type: 'text', text: best === undefined ? '[unknown]' : best.text + ' [1]' };
      yield { type: 'done', finish: 'stop', usage: { inputTokens: 0, outputTokens: 0 } };
    },
  }),`,
    test: `  const answer = [];
  const request = { system: '', messages: [], tools: [], language: 'en', texts: { greeting: '', unknown: '' } };
  for await (const event of port.stream({ ...request, passages: [{ text: 'Open at nine.' }] }, signal)) answer.push(event);
  assert.equal(answer[0].text, 'Open at nine. [1]');
  assert.equal(answer.at(-1).type, 'done');`,
    use: 'llm: { use: __NAME__ }',
  },
  source: {
    properties: "    path: { type: 'string', minLength: 1, format: 'folder-glob', default: 'notes/*.txt' },\n",
    open: `  open: async ({ config, folder }) => ({
    // Every document that exists now; version is another text when the content is.
    async *list(signal) {
      for (const file of await folder.glob(/** @type {{ path: string }} */ (config).path, signal)) {
        yield {
          id: file.path,
          title: file.path,
          mediaType: 'text/plain',
          version: file.bytes + '-' + file.modifiedAtMs,
          read: (reading) => folder.read(file.path, { maxBytes: 1_000_000 }, reading),
        };
      }
    },
  }),`,
    test: `  const listed = [];
  for await (const document of port.list(signal)) listed.push(document);
  assert.deepEqual(listed.map(({ id, version }) => [id, version]), [['notes/a.txt', '5-7']]);
  assert.equal(Buffer.from(await listed[0].read(signal)).toString(), 'hello');`,
    use: 'knowledge:\n  notes: { use: __NAME__, with: { path: "notes/*.txt" } }',
  },
  tool: {
    properties: '',
    open: `  open: async () => ({
    functions: [
      {
        name: 'add',
        description: 'The sum of two numbers.',
        parameters: {
          type: 'object',
          properties: { a: { type: 'number' }, b: { type: 'number' } },
          required: ['a', 'b'],
          additionalProperties: false,
        },
      },
    ],
    // Called with arguments that fit the function only. The result is data for the model.
    call: async (_name, { a, b }) => ({ result: String(a + b) }),
  }),`,
    test: `  const call = { conversation: 'c', contactId: 'p', language: 'en', signal };
  assert.deepEqual(await port.call(port.functions[0].name, { a: 2, b: 3 }, call), { result: '5' });`,
    use: 'tools:\n  sums: { use: __NAME__ }',
  },
  reranker: {
    properties: '',
    open: String.raw`  open: async () => ({
    id: '__NAME__',
    // Higher is better. This one counts words that stand in both.
    rerank: async (question, passages) => {
      const wanted = new Set(question.toLowerCase().match(/\p{L}+/gu));
      return passages.map((passage, index) => ({
        index,
        score: (passage.toLowerCase().match(/\p{L}+/gu) ?? []).filter((word) => wanted.has(word)).length,
      }));
    },
  }),`,
    test: `  const scores = await port.rerank('opening hours', ['Parking is free.', 'Our opening hours.'], signal);
  assert.deepEqual(scores, [{ index: 0, score: 0 }, { index: 1, score: 2 }]);`,
    use: 'retrieval: { rerank: { use: __NAME__ } }',
  },
  embedding: {
    properties: '',
    open: `  open: async () => ({
    // Another id whenever the vectors would be others: they are stored beside it.
    id: '__NAME__-1',
    dimensions: 64,
    limits: { maxBatch: 100, maxCharacters: 8000 },
    // One vector a text, in order; core scales them. This one counts letters.
    embed: async (texts) =>
      texts.map((text) => {
        const vector = new Float32Array(64);
        vector[0] = 1;
        for (const letter of text.toLowerCase()) {
          const place = (letter.codePointAt(0) ?? 0) % 64;
          vector[place] = (vector[place] ?? 0) + 1;
        }
        return vector;
      }),
  }),`,
    test: `  const [one, two] = await port.embed(['abc', 'abd'], 'passage', signal);
  assert.equal(one.length, port.dimensions);
  assert.notDeepEqual(one, two);`,
    use: 'retrieval: { embedding: { use: __NAME__ } }',
  },
  speechToText: {
    properties: '',
    open: `  open: async () => ({
    sampleRate: 16_000,
    // Frames are 16-bit mono PCM. This one says how much it heard.
    async *transcribe(frames, _options, signal) {
      let samples = 0;
      for await (const frame of frames) {
        signal.throwIfAborted();
        samples += frame.length;
      }
      yield { kind: 'final', text: (samples / 16_000).toFixed(1) + ' seconds' };
    },
  }),`,
    test: `  const heard = [];
  const frames = (async function* () { yield new Int16Array(16_000); })();
  for await (const one of port.transcribe(frames, { language: 'en', keywords: [] }, signal)) heard.push(one);
  assert.deepEqual(heard, [{ kind: 'final', text: '1.0 seconds' }]);`,
    use: 'channels:\n  phone: { use: phone, voice: { stt: { use: __NAME__ } } }',
  },
  textToSpeech: {
    properties: '',
    open: String.raw`  open: async () => ({
    sampleRate: 16_000,
    // Frames are 16-bit mono PCM of 20 ms. This one hums a word for each word.
    async *synthesize(text, _options, signal) {
      for (const _word of text.split(/\s+/).filter(Boolean)) {
        signal.throwIfAborted();
        yield Int16Array.from({ length: 320 }, (_, index) => Math.round(3000 * Math.sin(index / 8)));
      }
    },
  }),`,
    test: `  const frames = [];
  for await (const frame of port.synthesize('two words', { language: 'en' }, signal)) frames.push(frame);
  assert.deepEqual(frames.map(({ length }) => length), [320, 320]);`,
    use: 'voices:\n  en: { use: __NAME__ }',
  },
};

export function otherPlugin(kind: PluginKind, { properties, open }: PluginParts): string {
  const fields = properties === '' ? '{}' : `{\n${properties}  }`;
  return `const schema = {
  type: 'object',
  properties: ${fields},
  additionalProperties: false,
};

/** @satisfies {import('polyphon/plugin').Plugin<'${kind}'>} */
export const plugin = {
  contract: 1,
  kind: '${kind}',
  name: '__NAME__',
  schema,
${open}
};
`;
}

export function otherTest({ test }: PluginParts): string {
  return `import assert from 'node:assert/strict';
import test from 'node:test';
import { fakeHttp } from 'polyphon/testing';
import { plugin } from './plugin.js';

const { signal } = new AbortController();
const folder = {
  glob: async () => [{ path: 'notes/a.txt', bytes: 5, modifiedAtMs: 7 }],
  read: async () => new TextEncoder().encode('hello'),
  readText: async () => 'hello',
};
const config = Object.fromEntries(
  Object.entries(plugin.schema.properties).map(([key, field]) => [key, field.default]),
);

test('${'__NAME__'} does what it says', async () => {
  // Not the whole context, only what this plugin uses.
  const context = { config, folder, http: fakeHttp(), tenantId: 't', key: 'k', signal };
  const port = await /** @type {any} */ (plugin).open(context);
${test}
});
`;
}
