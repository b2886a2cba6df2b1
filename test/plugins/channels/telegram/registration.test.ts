import { describe, expect, it } from 'vitest';
import { never, openTelegram, receive, token } from './open-telegram.ts';

describe('the webhook at Telegram', () => {
  it('is set with its secret, what is asked for, and nothing that waits dropped', async () => {
    await using stage = await openTelegram({ webhookSecret: 'a-secret-word', maxConnections: 7 });
    const state = await stage.channel.registration?.set('https://bots.example/v1/acme/tg/', never);
    expect(stage.telegram.calls[0]?.payload).toEqual({
      url: 'https://bots.example/v1/acme/tg/webhook',
      secret_token: 'a-secret-word',
      allowed_updates: ['message', 'edited_message', 'callback_query'],
      max_connections: 7,
      drop_pending_updates: false,
    });
    expect(state).toEqual({
      url: 'https://bots.example/v1/acme/tg/webhook',
      pending: 0,
      notes: ['Up to 7 updates come at once.'],
    });
    expect(JSON.stringify(state)).not.toContain('a-secret-word');
  });

  it('is shown, also when there is none, and deleted', async () => {
    await using stage = await openTelegram();
    expect(await stage.channel.registration?.info(never)).toMatchObject({
      url: undefined,
      notes: ['No webhook is set: the bot hears nothing until one is.'],
    });
    await stage.channel.registration?.set('https://bots.example/v1/acme/tg', never);
    expect((await stage.channel.registration?.delete(never))?.url).toBeUndefined();
    expect(stage.telegram.calls.find(({ method }) => method === 'deleteWebhook')?.payload).toEqual({
      drop_pending_updates: false,
    });
  });

  it('is a problem where it does not ask for all that is read, or where the channel polls', async () => {
    await using stage = await openTelegram();
    stage.bot.webhook = { url: 'https://bots.example/v1/acme/tg/webhook', secret: undefined, allowed: ['message'] };
    expect((await stage.channel.registration?.info(never))?.problems).toEqual([
      'Not asked for: edited_message, callback_query. Set the webhook again.',
    ]);
    await using polling = await openTelegram({ mode: 'polling' });
    polling.bot.webhook = { url: 'https://bots.example/v1/acme/tg/webhook', secret: undefined };
    expect((await polling.channel.registration?.info(never))?.problems).toEqual([expect.stringContaining('delete it')]);
  });

  it('is not set without https, nor where the channel polls', async () => {
    await using stage = await openTelegram();
    await expect(stage.channel.registration?.set('http://bots.example/v1/acme/tg', never)).rejects.toMatchObject({
      code: 'TGM3206',
    });
    await using polling = await openTelegram({ mode: 'polling' });
    await expect(polling.channel.registration?.set('https://bots.example/v1/acme/tg', never)).rejects.toMatchObject({
      code: 'TGM3202',
    });
  });

  it.each([
    ['https://bots.example:3000', 'it calls the ports 443, 80, 88 and 8443 only'],
    ['https://192.168.1.4', 'it calls no address of a private network'],
    ['https://bots', 'it finds no host of this name'],
  ])('says why Telegram does not take %s, what it said, and what to do', async (origin, words) => {
    await using stage = await openTelegram();
    const refused = stage.channel.registration?.set(`${origin}/v1/acme/tg`, never);
    await expect(refused).rejects.toMatchObject({
      code: 'TGM3206',
      message: expect.stringMatching(
        /^Telegram, setWebhook: .* \("Bad Request: bad webhook: .*"\)\. (Give|Correct) .*\.$/,
      ),
    });
    await expect(refused).rejects.toThrow(words);
    expect(stage.bot.webhook).toBeUndefined();
  });

  it.each([
    ['Wrong response from the webhook: 401 Unauthorized', 'With 401 the secret was refused: set the webhook again.'],
    [
      'Wrong response from the webhook: 404 Not Found',
      'With 404 the server there has no such bot or channel, or it polls.',
    ],
    [
      'SSL error {error:1416F086:certificate verify failed}',
      expect.stringContaining('certificate that browsers trust'),
    ],
    ['Connection timed out', expect.stringContaining('See that the server runs')],
    ['Failed to resolve host: No address associated with hostname', 'Telegram finds no host of this name.'],
  ])('says what to do about a delivery that failed: %s', async (message, note) => {
    await using stage = await openTelegram();
    stage.bot.webhook = { url: 'https://bots.example/v1/acme/tg/webhook', secret: undefined };
    stage.bot.webhookError = { message, at: 1_795_000_000 };
    const state = await stage.channel.registration?.info(never);
    expect(state?.lastError?.message).toBe(message);
    expect(state?.notes[0]).toEqual(note);
  });

  it('says what is wrong with the token, and not the token', async () => {
    await using stage = await openTelegram({ token: '43:another-token-of-the-tests' });
    const error = await stage.channel.registration?.info(never).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'TGM3201' });
    expect(String(error)).not.toContain('another-token');
  });

  it('tells once that what came had another secret, as after a new token, and what to do', async () => {
    await using stage = await openTelegram();
    for (const told of ['of-the-old-token', undefined]) await receive(stage.channel, { update_id: 1 }, told);
    const warned = stage.lines.filter((line) => line.includes('without the right secret'));
    expect(warned).toEqual([expect.stringContaining('`polyphon webhooks <bot> set`')]);
    expect(warned[0]).not.toContain('of-the-old-token');
  });

  it('has a secret of its own where none is configured: another for each token, the same after a restart', async () => {
    const secretOf = async (config: { readonly token?: string }) => {
      await using stage = await openTelegram(config);
      stage.telegram.bot(config.token ?? token);
      await stage.channel.registration?.set('https://bots.example/v1/acme/tg', never);
      const secret = String(stage.telegram.calls[0]?.payload['secret_token']);
      expect(await receive(stage.channel, { update_id: 1 }, secret)).toMatchObject({ kind: 'ignored' });
      expect(await receive(stage.channel, { update_id: 1 }, undefined)).toMatchObject({
        kind: 'rejected',
        reason: 'bad-signature',
      });
      return secret;
    };
    const first = await secretOf({});
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(await secretOf({})).toBe(first);
    expect(await secretOf({ token: '44:one-more-token-of-the-tests' })).not.toBe(first);
  });
});

describe('a file that a person sent', () => {
  const photo = { id: 'file-1234567', kind: 'image', mediaType: 'image/jpeg' } as const;

  it('is fetched from the host of the API', async () => {
    await using stage = await openTelegram();
    stage.telegram.file('file-1234567', { bytes: Buffer.from('a lamp') });
    const media = await stage.channel.fetchMedia?.(photo, never);
    expect(Buffer.from(media?.bytes ?? []).toString()).toBe('a lamp');
    expect(media?.mediaType).toBe('image/jpeg');
  });

  it.each([
    '../../etc/passwd',
    '/etc/passwd',
    'https://evil.example/x',
    '//evil.example/x',
    'a/../b',
    'a?b',
    'a b',
    '',
  ])('is not fetched from %j', async (path) => {
    await using stage = await openTelegram();
    stage.telegram.file('file-1234567', { bytes: Buffer.from('x'), path });
    await expect(stage.channel.fetchMedia?.(photo, never)).rejects.toMatchObject({ code: 'TGM3209' });
  });

  it('larger than 20 MB is not fetched', async () => {
    await using stage = await openTelegram();
    stage.telegram.file('file-1234567', { bytes: Buffer.from('x'), size: 21_000_000 });
    const tooLarge = { code: 'NET6003' };
    await expect(stage.channel.fetchMedia?.(photo, never)).rejects.toMatchObject(tooLarge);
    await expect(stage.channel.fetchMedia?.({ ...photo, bytes: 21_000_000 }, never)).rejects.toMatchObject(tooLarge);
    // Telegram itself says no where the size was not known.
    stage.telegram.meet({
      method: 'getFile',
      kind: 'refuse',
      status: 400,
      description: 'Bad Request: file is too big',
    });
    await expect(stage.channel.fetchMedia?.(photo, never)).rejects.toMatchObject(tooLarge);
  });

  it('that is no file, or gone, is named so', async () => {
    await using stage = await openTelegram();
    await expect(
      stage.channel.fetchMedia?.({ id: 'location', kind: 'location', mediaType: 'application/geo+json' }, never),
    ).rejects.toMatchObject({ code: 'TGM3209' });
    await expect(stage.channel.fetchMedia?.(photo, never)).rejects.toMatchObject({ code: 'TGM3211' });
  });
});
