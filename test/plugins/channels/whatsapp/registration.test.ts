import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PolyphonError, type WebhookRegistration } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { type FakeWhatsapp, type FakeWhatsappOptions, startFakeWhatsapp } from '../../../kit/index.ts';
import { challenged, type OpenChannel, openChannel } from './open-channel.ts';

const url = 'https://bots.example/v1/lamps/whatsapp';
const wabaId = '419561257915477';
const crm = { id: '52565', name: 'Their CRM', override: 'https://crm.example/webhook' };

/** As a server does that has the right verify token. */
async function answersChallenge(address: URL): Promise<Response> {
  return new Response(address.searchParams.get('hub.challenge'));
}

async function withRegistration(
  config: Parameters<typeof openChannel>[1],
  run: (registration: WebhookRegistration, meta: FakeWhatsapp, open: OpenChannel) => Promise<void>,
  options: FakeWhatsappOptions = {},
): Promise<void> {
  const asked: OpenChannel[] = [];
  const reach = async (address: URL) => (asked[0] === undefined ? Response.error() : challenged(asked[0], address));
  await using meta = await startFakeWhatsapp({ wabaId, reach, ...options });
  await using open = await openChannel(meta, config);
  asked.push(open);
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
      expect(meta.callback).toBeUndefined();
      await using other = await openChannel(meta);
      expect((await other.channel.registration?.info(signal))?.url).toBeUndefined();
    }));

  it('is of this number: what other numbers of the account hear by stays as it is', () =>
    withRegistration(
      { wabaId },
      async (registration, meta, { signal }) => {
        const asked = () =>
          meta.requests
            .filter(({ method }) => method !== 'GET')
            .map(({ method, path, body }) => ({ method, path, body }));
        const subscribed = `/v23.0/${wabaId}/subscribed_apps`;
        const theirs = { override_callback_uri: 'https://other.example/webhook', verify_token: meta.verifyToken };
        const headers = { authorization: `Bearer ${meta.accessToken}` };
        await fetch(`${meta.baseUrl}${subscribed}`, { method: 'POST', headers, body: JSON.stringify(theirs) });
        await registration.set(url, signal);
        const override = { override_callback_uri: `${url}/webhook`, verify_token: meta.verifyToken };
        const ofNumber = { path: `/v23.0/${meta.phoneNumberId}`, body: { webhook_configuration: override } };
        expect(asked().slice(1)).toMatchObject([ofNumber]);
        expect((await registration.info(signal)).url).toBe(meta.callback);
        expect(meta.callback).toBe(`${url}/webhook`);
        const gone = await registration.delete(signal);
        expect([gone.url, meta.callback]).toEqual([theirs.override_callback_uri, theirs.override_callback_uri]);
        expect(gone.notes.join()).toContain('stays subscribed, because the business account has another');
        expect(asked().map(({ method }) => method)).not.toContain('DELETE');
      },
      { otherNumbers: ['106540352242999'] },
    ));

  it('subscribes its own app, whatever apps of others are subscribed, and tells of them', async () => {
    await withRegistration(
      { wabaId },
      async (registration, meta, { signal }) => {
        await registration.delete(signal);
        const deaf = await registration.info(signal);
        expect(deaf.url).toBeUndefined();
        expect(deaf.notes.join()).toContain('only others are: set subscribes it');
        expect((await registration.delete(signal)).notes.join()).toContain('is not subscribed');
        const set = await registration.set(url, signal);
        expect(meta.callback).toBe(`${url}/webhook`);
        expect(set.notes.join()).toContain('Also subscribed: Their CRM. Each app gets what people write');
      },
      { otherApps: [crm] },
    );
  });

  it('does not end the subscription where it cannot be known whether other numbers need it', async () => {
    await using meta = await startFakeWhatsapp({ wabaId });
    const refusing = createServer((incoming, response) => {
      const isHidden = /phone_numbers|\/app\?/.test(incoming.url ?? '');
      const body = isHidden ? { error: { code: 200 } } : { data: [{ whatsapp_business_api_data: { id: '1' } }] };
      asked.push(`${incoming.method} ${incoming.url?.split('?')[0]}`);
      response.writeHead(isHidden ? 403 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    const asked: string[] = [];
    await once(refusing, 'listening');
    const host = `127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    await using open = await openChannel(meta, { wabaId, baseUrl: `http://${host}` }, [host]);
    const gone = await open.channel.registration?.delete(open.signal);
    const set = await open.channel.registration?.set(url, open.signal);
    refusing.closeAllConnections();
    await new Promise((resolve) => refusing.close(resolve));
    expect(gone?.notes.join()).toContain('whether the business account has other numbers could not be asked');
    expect(set?.notes.join()).not.toContain('Also subscribed');
    expect(asked.filter((one) => one.startsWith('DELETE'))).toEqual([]);
  });

  it('of an address that does not answer Meta’s challenge is refused, and nothing changes', async () => {
    await using meta = await startFakeWhatsapp({ wabaId, reach: async () => new Response('no', { status: 502 }) });
    await using open = await openChannel(meta, { wabaId });
    const error = await open.channel.registration?.set(url, open.signal).catch((thrown: unknown) => String(thrown));
    expect(error).toContain('2200 callback-not-verified');
    expect(meta.callback).toBeUndefined();
  });

  it('takes no other vendor’s app for its own', async () => {
    await using meta = await startFakeWhatsapp({
      wabaId,
      otherApps: [crm],
      unsubscribed: true,
      reach: answersChallenge,
    });
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
      reach: answersChallenge,
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
    [401, 2500, '2500 refused', 'make a new one'],
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
