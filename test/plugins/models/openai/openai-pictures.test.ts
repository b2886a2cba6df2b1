import type { ModelRequest } from 'polyphon/plugin';
import { startFakeOpenai } from 'polyphon/testing';
import { describe, expect, it } from 'vitest';
import { collect, openModel, request } from './open-model.ts';

describe('pictures', () => {
  const images = [
    { mediaType: 'image/png', bytes: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') },
    { mediaType: 'image/jpeg', bytes: Uint8Array.of(0xff, 0xd8, 0xff) },
  ] as const;
  const asked = (text: string): ModelRequest => ({ ...request, messages: [{ role: 'contact', text, images }] });
  const parts = [
    { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
    { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/' } },
  ];
  const contentOf = (body: unknown) => (body as { messages: readonly { content: unknown }[] }).messages.at(-1)?.content;

  it('are taken only by a model that the bot says can see', async () => {
    await using fake = await startFakeOpenai();
    expect((await openModel(fake.baseUrl)).capabilities).toEqual({ tools: 'native' });
    expect((await openModel(fake.baseUrl, { config: { images: true } })).capabilities).toEqual({
      tools: 'native',
      images: { most: 4, maxBytes: 5 * 1024 * 1024 },
    });
  });

  it('go out as the service documents them, the words first', async () => {
    await using fake = await startFakeOpenai();
    const model = await openModel(fake.baseUrl, { config: { images: true } });
    await collect(model, asked('What is this?'));
    await collect(model, asked(''));
    await collect(model, request);
    expect(fake.requests.map(({ refusal }) => refusal)).toEqual([undefined, undefined, undefined]);
    expect(fake.requests.map(({ body }) => contentOf(body))).toEqual([
      [{ type: 'text', text: 'What is this?' }, ...parts],
      parts,
      'What does a crown cost?',
    ]);
  });

  it('that the service refuses are an error core can ask again after, without a byte of them', async () => {
    const refusal = {
      kind: 'error',
      status: 400,
      code: 'invalid_image_format',
      message: 'Unsupported image.',
    } as const;
    await using fake = await startFakeOpenai({ replies: [refusal] });
    const error = await collect(await openModel(fake.baseUrl, { config: { images: true } }), asked('See')).catch(
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ code: 'MDL5007', data: { vendorCode: 'invalid_image_format' } });
    expect(String(error)).not.toContain('base64');
  });
});
