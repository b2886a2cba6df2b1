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
    withRegistration({ wabaId }, async (registration, _, { signal }) => {
      expect((await registration.set(url, signal)).url).toBe(`${url}/webhook`);
      expect((await registration.info(signal)).url).toBe(`${url}/webhook`);
      await registration.delete(signal);
      const gone = await registration.info(signal);
      expect(gone.url).toBeUndefined();
      expect(gone).not.toHaveProperty('asked');
      expect(gone.notes.join()).toContain('No app is subscribed');
    }));

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
