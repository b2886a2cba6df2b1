import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PolyphonError, type WebhookRegistration } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { type FakeWhatsapp, startFakeWhatsapp } from '../../../kit/index.ts';
import { type OpenChannel, openChannel } from './open-channel.ts';

const url = 'https://bots.example/v1/lamps/whatsapp';
const wabaId = '419561257915477';

async function withRegistration(
  config: Parameters<typeof openChannel>[1],
  run: (registration: WebhookRegistration, meta: FakeWhatsapp, open: OpenChannel) => Promise<void>,
): Promise<void> {
  await using meta = await startFakeWhatsapp({ wabaId });
  await using open = await openChannel(meta, config);
  await run(open.channel.registration as WebhookRegistration, meta, open);
}

describe('registration', () => {
  it('without an account says what to enter where, and which number it is about', () =>
    withRegistration({}, async (registration, _, { signal }) => {
      const info = await registration.info(signal);
      expect(info).toMatchObject({ url: undefined, asked: 'in-vain' });
      expect(info.notes.join('\n')).toContain('+1 555-078-3881, The Lamp Shop; quality GREEN');
      const set = await registration.set(`${url}/`, signal);
      expect(set.notes.join('\n')).toContain(`${url}/webhook as callback URL`);
      expect((await registration.delete(signal)).notes.join('\n')).toContain('dashboard');
    }));

  it('with an account subscribes the app, tells the address, and takes it back', () =>
    withRegistration({ wabaId }, async (registration, meta, { signal }) => {
      expect((await registration.set(url, signal)).url).toBe(`${url}/webhook`);
      expect((await registration.info(signal)).url).toBe(`${url}/webhook`);
      await registration.delete(signal);
      const gone = await registration.info(signal);
      expect(gone.url).toBeUndefined();
      expect(gone).not.toHaveProperty('asked');
      expect(gone.notes.join()).toContain('No app is subscribed');
      await using other = await openChannel(meta);
      expect((await other.channel.registration?.info(signal))?.url).toBeUndefined();
    }));

  it('is of this number: what other numbers of the account hear by stays as it is', () =>
    withRegistration({ wabaId }, async (registration, meta, { signal }) => {
      const asked = () =>
        meta.requests.filter(({ method }) => method === 'POST').map(({ path, body }) => ({ path, body }));
      await registration.set(url, signal);
      const override = { override_callback_uri: `${url}/webhook`, verify_token: meta.verifyToken };
      const subscribed = `/v23.0/${wabaId}/subscribed_apps`;
      const ofNumber = { path: `/v23.0/${meta.phoneNumberId}`, body: { webhook_configuration: override } };
      expect(asked()).toMatchObject([{ path: subscribed }, ofNumber]);
      expect(asked()[0]?.body).toBeUndefined();
      const theirs = { override_callback_uri: 'https://other.example/webhook', verify_token: 'x' };
      const headers = { authorization: `Bearer ${meta.accessToken}` };
      await fetch(`${meta.baseUrl}${subscribed}`, { method: 'POST', headers, body: JSON.stringify(theirs) });
      await registration.set(url, signal);
      expect(asked().slice(3)).toEqual([ofNumber]);
      expect((await registration.info(signal)).url).toBe(`${url}/webhook`);
    }));

  it('takes no other vendor’s app for its own', async () => {
    await using meta = await startFakeWhatsapp({ wabaId, otherApps: ['111'], unsubscribed: true });
    await using open = await openChannel(meta, { wabaId });
    const registration = open.channel.registration as WebhookRegistration;
    const before = await registration.info(open.signal);
    expect([before.url, before.notes.join()]).toEqual([
      undefined,
      expect.stringContaining('only others are: set subscribes it'),
    ]);
    await registration.set(url, open.signal);
    expect((await registration.info(open.signal)).url).toBe(`${url}/webhook`);
  });

  it('is taken back of this number alone where the account has others', async () => {
    await using meta = await startFakeWhatsapp({
      wabaId,
      otherNumbers: ['222'],
      appCallback: 'https://app.example/webhook',
    });
    await using open = await openChannel(meta, { wabaId });
    const registration = open.channel.registration as WebhookRegistration;
    await registration.set(url, open.signal);
    const gone = await registration.delete(open.signal);
    expect(gone.url).toBe('https://app.example/webhook');
    expect(gone.notes.join()).toContain('stays subscribed, because the business account has another number');
    expect(meta.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect((await registration.info(open.signal)).url).toBe('https://app.example/webhook');
  });

  it('tells the address of the app where neither number nor account has one', async () => {
    await using meta = await startFakeWhatsapp({ wabaId, appCallback: 'https://app.example/webhook' });
    await using open = await openChannel(meta);
    const info = await open.channel.registration?.info(open.signal);
    expect(info?.url).toBe('https://app.example/webhook');
    expect(info).not.toHaveProperty('asked');
  });

  it.each([
    [401, 190, '190 access-token-invalid', 'make a new one'],
    [400, 2200, '2200 callback-not-verified', 'start the server'],
    [403, 10, '10 permission-missing', 'the rights of accessToken'],
  ])('that is refused with status %i and code %i says what to do', async (status, code, reason, next) => {
    await using meta = await startFakeWhatsapp({ wabaId });
    const server = createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code } }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using open = await openChannel(meta, { wabaId, baseUrl: `http://${host}` }, [host]);
    const error = await open.channel.registration?.set(url, open.signal).catch((thrown: unknown) => String(thrown));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(error).toContain(reason);
    expect(error).toContain(next);
  });

  it('never shows a secret, also when Meta refuses', () =>
    withRegistration({ wabaId, accessToken: 'EAAwrong' }, async (registration, meta, { signal }) => {
      const error = await registration.info(signal).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PolyphonError);
      expect(error).toMatchObject({ code: 'WAP3303' });
      expect(String(error)).toContain('190 access-token-invalid');
      expect(String(error)).not.toContain('EAAwrong');
      await using right = await openChannel(meta, { wabaId });
      const told = JSON.stringify(await right.channel.registration?.set(url, signal));
      for (const secret of [meta.accessToken, meta.appSecret, meta.verifyToken]) expect(told).not.toContain(secret);
    }));
});
