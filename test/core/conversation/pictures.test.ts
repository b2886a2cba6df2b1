import { describe, expect, it } from 'vitest';
import {
  type Attachment,
  type Channel,
  type Model,
  type ModelRequest,
  PolyphonError,
} from '../../../core/contract/index.ts';
import { pictureTypeOf } from '../../../core/conversation/media/picture-type.ts';
import { done, fakeModel, makeRig, type Rig, saying, settled, signal } from './rig.ts';

const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2);
const photo = (id: string, more: Partial<Attachment> = {}): Attachment => ({
  id,
  kind: 'image',
  mediaType: 'image/jpeg',
  ...more,
});
type Fetch = NonNullable<Channel['fetchMedia']>;
const given: Fetch = async () => ({ bytes: jpeg, mediaType: 'image/jpeg' });

/** A model that sees up to two pictures of together 1000 bytes, and what it was asked. */
function seeing(script: Model['stream'] = saying('I see a lamp.'), id = 'seeing') {
  const requests: ModelRequest[] = [];
  const model: Model = {
    ...fakeModel((request, asking) => {
      requests.push(request);
      return script(request, asking);
    }, id),
    capabilities: { tools: 'native', images: { most: 2, maxBytes: 1000 } },
  };
  return { model, requests };
}

/** One person sends the messages at once. @returns the bot's last words. */
async function send(
  rig: Rig,
  ...messages: readonly { readonly text?: string; readonly files: readonly Attachment[] }[]
) {
  for (const { text = '', files } of messages) await rig.sms(text, { attachments: files });
  await rig.clock.advance(1000);
  await settled();
  return rig.tenant('acme').sent.at(-1)?.text;
}

async function staged(fetchMedia: Fetch, ...models: readonly Model[]) {
  const rig = await makeRig();
  rig.tenant('acme').sms = { fetchMedia };
  rig.tenant('acme').models = models;
  return rig;
}

const shown = (request: ModelRequest | undefined) => {
  const last = request?.messages.at(-1);
  return last?.role === 'contact' ? { text: last.text, images: last.images?.length ?? 0 } : undefined;
};

describe('a model that sees', () => {
  it('gets the picture with the words, and is told what it is for', async () => {
    const { model, requests } = seeing();
    await using rig = await staged(given, model);
    expect(await send(rig, { text: 'Can you repair this?', files: [photo('f1')] })).toContain('I see a lamp.');
    expect(requests[0]?.messages.at(-1)).toEqual({
      role: 'contact',
      text: 'Can you repair this?\n(image)',
      images: [{ mediaType: 'image/jpeg', bytes: jpeg }],
    });
    expect(requests[0]?.system).toMatch(/pictures.*do not bind you\.$/s);
    expect(requests[0]?.system).not.toContain('cannot open');
  });

  it('is told of a voice note that it was not given it', async () => {
    const { model, requests } = seeing();
    await using rig = await staged(given, model);
    await send(rig, { files: [photo('v1', { kind: 'audio', mediaType: 'audio/ogg' }), photo('f1')] });
    expect(shown(requests[0])).toEqual({ text: '(audio)\n(image)', images: 1 });
    expect(requests[0]?.system).toMatch(/comes with pictures.*cannot open it here/s);
    await send(rig, { text: 'I see.', files: [] });
    expect(requests[1]?.system).not.toContain('cannot open it here');
  });

  it('gets all pictures of an album with their messages, and each is fetched once', async () => {
    const fetched: string[] = [];
    const { model, requests } = seeing();
    await using rig = await staged(async ({ id }) => {
      fetched.push(id);
      return { bytes: jpeg, mediaType: 'image/jpeg' };
    }, model);
    await send(rig, { text: 'One', files: [photo('f1')] }, { text: 'Two', files: [photo('f2')] });
    expect(requests[0]?.messages.map((message) => ('images' in message ? message.images?.length : 0))).toEqual([1, 1]);
    expect(fetched).toEqual(['f1', 'f2']);
  });

  it('gets those of the last message only', async () => {
    const { model, requests } = seeing();
    await using rig = await staged(given, model);
    await send(rig, { text: 'Look', files: [photo('f1')] });
    await send(rig, { text: 'And what does it cost?', files: [] });
    expect(requests[1]?.messages.filter((message) => 'images' in message)).toEqual([]);
    expect(requests[1]?.messages[0]).toEqual({ role: 'contact', text: 'Look\n(image)' });
    expect(requests[1]?.system).not.toContain('pictures');
  });

  it('gets no more than it takes, in number and in bytes, and hears of the others', async () => {
    const { model, requests } = seeing();
    const sizes: Readonly<Record<string, number>> = { small: 10, half: 600, big: 2000 };
    await using rig = await staged(async ({ id }) => {
      const bytes = new Uint8Array(sizes[id] ?? 10);
      bytes.set(jpeg);
      return { bytes, mediaType: 'image/jpeg' };
    }, model);
    const unopened = '(image, which could not be opened)';
    await send(rig, { files: [photo('small'), photo('small'), photo('small')] });
    expect(shown(requests[0])).toEqual({ text: `(image)\n(image)\n${unopened}`, images: 2 });
    await send(rig, { files: [photo('half'), photo('half')] });
    expect(shown(requests[1])).toEqual({ text: `(image)\n${unopened}`, images: 1 });
    await send(rig, { files: [photo('big'), photo('small')] });
    expect(shown(requests[2])).toEqual({ text: `${unopened}\n(image)`, images: 1 });
  });

  it('sees stickers and pictures sent as files, by what their bytes are', async () => {
    const { model, requests } = seeing();
    await using rig = await staged(async ({ id }) => {
      const start = id === 'png' ? '\x89PNG\r\n\x1a\n' : 'RIFF....WEBPVP8 ';
      return { bytes: Buffer.from(start, 'latin1'), mediaType: 'image/jpeg' };
    }, model);
    await send(rig, {
      files: [
        photo('webp', { kind: 'sticker', mediaType: 'image/webp' }),
        photo('png', { kind: 'document', name: 'a.png' }),
      ],
    });
    const last = requests[0]?.messages.at(-1);
    expect(last?.role === 'contact' && last.images?.map(({ mediaType }) => mediaType)).toEqual([
      'image/webp',
      'image/png',
    ]);
  });

  it.each<[string, Fetch]>([
    ['is gone', () => Promise.reject(new PolyphonError('TGM3211', 'Gone.'))],
    ['makes the plugin stumble', () => Promise.reject(new TypeError('A bug.'))],
    ['is none', async () => ({ bytes: Buffer.from('<html>'), mediaType: 'image/jpeg' })],
    ['is larger than it takes', async () => ({ bytes: new Uint8Array(2000), mediaType: 'image/jpeg' })],
  ])('answers without a picture that %s, and knows that there was one', async (_, fetchMedia) => {
    const { model, requests } = seeing(saying('I could not open it.'));
    await using rig = await staged(fetchMedia, model);
    expect(await send(rig, { text: 'See', files: [photo('f1')] })).toContain('I could not open it.');
    expect(shown(requests[0])).toEqual({ text: 'See\n(image, which could not be opened)', images: 0 });
    expect(requests[0]?.system).not.toContain('pictures');
    expect(requests[0]?.system).toContain('you cannot open it here');
    expect(rig.events.some(({ type }) => type === 'turn.failed')).toBe(false);
  });

  it('is not kept waiting by a platform that does not answer', async () => {
    const { model, requests } = seeing();
    await using rig = await staged(() => new Promise(() => undefined), model);
    await send(rig, { text: 'See', files: [photo('f1')] });
    expect(requests).toEqual([]);
    await rig.clock.advance(10_000);
    await settled();
    expect(shown(requests[0])).toEqual({ text: 'See\n(image, which could not be opened)', images: 0 });
    expect(rig.tenant('acme').sent.at(-1)?.text).toContain('I see a lamp.');
  });

  it('ends the fetch when a person takes the conversation', async () => {
    const signals: AbortSignal[] = [];
    const { model, requests } = seeing();
    await using rig = await staged((_, fetching) => {
      signals.push(fetching);
      return new Promise(() => undefined);
    }, model);
    await send(rig, { text: 'See', files: [photo('f1')] });
    await rig.engine.take('acme', (await rig.engine.list('acme', {}, signal))[0]?.id ?? '', signal);
    await settled();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect([requests, rig.tenant('acme').sent]).toEqual([[], []]);
  });

  it('that refuses the picture is asked once more without it', async () => {
    const { model, requests } = seeing(async function* (request) {
      if (shown(request)?.images !== 0) throw new PolyphonError('MDL5007', 'The service refused the request.');
      yield { type: 'text', text: 'I could not open it.' };
      yield done;
    });
    await using rig = await staged(given, model);
    expect(await send(rig, { text: 'See', files: [photo('f1')] })).toContain('I could not open it.');
    expect(requests.map(shown)).toEqual([
      { text: 'See\n(image)', images: 1 },
      { text: 'See\n(image, which could not be opened)', images: 0 },
    ]);
  });

  it('that refuses for another reason is not asked again', async () => {
    const { model, requests } = seeing(async function* () {
      yield* [];
      throw new PolyphonError('MDL5001', 'The service refused the key.');
    });
    await using rig = await staged(given, model, fakeModel(saying('From the second.')));
    expect(await send(rig, { text: 'See', files: [photo('f1')] })).toContain('From the second.');
    expect(requests).toHaveLength(1);
  });

  it('sees it again after it has called a tool, fetched once', async () => {
    let fetches = 0;
    const { model, requests } = seeing(async function* (request) {
      if (request.messages.at(-1)?.role === 'contact') {
        yield { type: 'tool-call', call: { id: 'c1', name: 'price', arguments: {} } };
        yield { type: 'done', finish: 'tool-calls', usage: { inputTokens: 1, outputTokens: 1 } };
        return;
      }
      yield { type: 'text', text: 'It costs 40 euros.' };
      yield done;
    });
    await using rig = await staged(async () => {
      fetches += 1;
      return { bytes: jpeg, mediaType: 'image/jpeg' };
    }, model);
    rig.tenant('acme').tools = new Map([
      ['price', { description: 'Price', parameters: {}, call: async () => '40' } as never],
    ]);
    await send(rig, { text: 'See', files: [photo('f1')] });
    expect(requests.map(({ messages }) => messages.filter((message) => 'images' in message).length)).toEqual([1, 1]);
    expect(fetches).toBe(1);
  });
});

it('a model that does not see costs no fetch, also behind one that does', async () => {
  let fetches = 0;
  const asked: ModelRequest[] = [];
  const blind = fakeModel((request, asking) => {
    asked.push(request);
    return saying('Please describe it.')(request, asking);
  });
  const count: Fetch = async () => {
    fetches += 1;
    return { bytes: jpeg, mediaType: 'image/jpeg' };
  };
  await using rig = await staged(count, blind);
  await send(rig, { text: 'See', files: [photo('f1')] });
  expect([fetches, shown(asked[0])]).toEqual([0, { text: 'See\n(image)', images: 0 }]);
  expect(asked[0]?.system).toContain('you cannot open it here');
  const { model } = seeing(async function* () {
    yield* [];
    throw new PolyphonError('MDL5005', 'The service failed.');
  });
  rig.tenant('acme').models = [model, blind];
  await send(rig, { text: 'See', files: [photo('f1')] });
  expect([fetches, shown(asked[1])]).toEqual([1, { text: 'See\n(image)', images: 0 }]);
});

it('the words that ask for words are there only where there is nothing else', async () => {
  const { model, requests } = seeing();
  await using rig = await staged(given, model);
  const voice = photo('v1', { kind: 'audio', mediaType: 'audio/ogg' });
  await send(rig, { files: [voice] });
  await send(rig, { text: 'Hear', files: [voice] });
  await send(rig, { files: [voice, photo('f1')] });
  await send(rig, { text: 'Hello there', files: [] });
  expect(requests.map(({ texts }) => texts.unreadable)).toEqual([
    expect.stringContaining('in words'),
    undefined,
    undefined,
    undefined,
  ]);
});

it('the trace names how many pictures were opened, and their time is the platform’s', async () => {
  const { model } = seeing();
  await using rig = await staged(async ({ id }) => {
    await rig.clock.sleep(500);
    if (id === 'f2') throw new PolyphonError('TGM3211', 'Gone.');
    return { bytes: jpeg, mediaType: 'image/jpeg' };
  }, model);
  await send(rig, { text: 'See', files: [photo('f1'), photo('f2')] });
  await rig.clock.advance(500);
  await settled();
  const completed = rig.events.find((event) => event.type === 'turn.completed');
  const turn = completed !== undefined && 'turn' in completed ? completed.turn : '';
  const trace = await rig.engine.trace('acme', turn, signal);
  expect(trace?.steps).toContainEqual(expect.objectContaining({ name: 'media', note: '1 of 2', durationMs: 500 }));
  expect(trace?.overheadMs).toBe(0);
});

it.each([
  ['a photo', '\xff\xd8\xff\xe1', 'image/jpeg'],
  ['a PNG', '\x89PNG\r\n\x1a\n', 'image/png'],
  ['a GIF', 'GIF89a....', 'image/gif'],
  ['a GIF that moves', 'GIF89a....\x21\xff\x0bNETSCAPE2.0', undefined],
  ['a WebP', 'RIFF....WEBPVP8 ', 'image/webp'],
  ['a large WebP', 'RIFF....WEBPVP8X....\x10', 'image/webp'],
  ['a WebP that moves', 'RIFF....WEBPVP8X....\x12', undefined],
  ['a sound', 'RIFF....WAVEfmt ', undefined],
  ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg">', undefined],
  ['nothing', '', undefined],
])('%s is known by its bytes', (_, start, type) => {
  const inLarger = Buffer.concat([Buffer.from('xx'), Buffer.from(start, 'latin1')]).subarray(2);
  expect(pictureTypeOf(inLarger)).toBe(type);
});
