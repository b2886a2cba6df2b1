import { expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import {
  callTwilioWebhook,
  fakeTwilioFields,
  fakeTwilioSid,
  fakeWhatsappSignature,
  fakeWhatsappWebhook,
  startFakeTwilio,
  startFakeWhatsapp,
} from '../../kit/index.ts';
import type { Deployment } from '../../whole/deployment.ts';
import { deployTelegram, secret } from './telegram/telegram-deployment.ts';
import { deployShops as deployCandles, listensAt, webhookOf } from './twilio-messaging/candle-shop.ts';
import { channelUrl, deployShops as deployLamps, eventually } from './whatsapp/lamp-shop.ts';

/** A bot, one message of a person to it, and what the person got. */
interface Scene extends AsyncDisposable {
  readonly deployment: Deployment;
  readonly tenantId: string;
  /** Delivers the same signed message each time. */
  deliver(): Promise<number>;
  answers(): number;
}

async function onTelegram(): Promise<Scene> {
  const stage = await deployTelegram();
  const { telegram, acme, deployment } = stage;
  const body = JSON.stringify(acme.update(7, { text: 'What does the blue lamp cost?' }));
  return {
    deployment,
    tenantId: 'acme',
    deliver: async () => {
      const headers = { 'x-telegram-bot-api-secret-token': `${secret}-acme` };
      return (await fetch(acme.webhook?.url ?? '', { method: 'POST', body, headers })).status;
    },
    answers: () => telegram.sent.filter(({ text }) => text.includes('40 euros')).length,
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

async function onWhatsapp(): Promise<Scene> {
  const meta = await startFakeWhatsapp();
  const deployment = await deployLamps([{ tenantId: 'lamps', meta }]);
  const message = meta.message('16505551234', 'What does the blue lamp cost?');
  await meta.deliver(`${meta.baseUrl}/heard`, { messages: [message] });
  const body = JSON.stringify(fakeWhatsappWebhook(meta.phoneNumberId, { messages: [message] }));
  return {
    deployment,
    tenantId: 'lamps',
    deliver: async () => {
      const headers = { 'x-hub-signature-256': fakeWhatsappSignature(meta.appSecret, body) };
      return (await fetch(`${channelUrl(deployment, 'lamps')}/webhook`, { method: 'POST', body, headers })).status;
    },
    answers: () => meta.sent.filter(({ text }) => text.includes('40 euros')).length,
    [Symbol.asyncDispose]: async () => {
      await deployment[Symbol.asyncDispose]();
      await meta[Symbol.asyncDispose]();
    },
  };
}

async function onTwilio(): Promise<Scene> {
  const twilio = await startFakeTwilio();
  const deployment = await deployCandles([{ tenantId: 'candles', twilio }]);
  const [url, sid] = [webhookOf('candles'), fakeTwilioSid('SM', 'the one')];
  const inbound = { url, sid, from: '+491701234567', to: '+4930111222', body: 'What does the red candle cost?' };
  const fields = fakeTwilioFields(inbound, twilio.accountSid);
  return {
    deployment,
    tenantId: 'candles',
    deliver: async () =>
      (await callTwilioWebhook({ url, fields, authToken: twilio.authToken, through: listensAt(deployment) })).status,
    answers: () => twilio.sent.filter(({ body }) => body.includes('7 euros')).length,
    [Symbol.asyncDispose]: async () => {
      await deployment[Symbol.asyncDispose]();
      await twilio[Symbol.asyncDispose]();
    },
  };
}

it.each([
  ['telegram', onTelegram],
  ['whatsapp', onWhatsapp],
  ['twilio-messaging', onTwilio],
])(
  'what %s delivers while the store takes nothing is answered with 503, and taken when it comes again',
  async (_, open) => {
    await using scene = await open();
    const { store } = scene.deployment.application;
    const write = store.write.bind(store);
    store.write = () => Promise.reject(new PolyphonError('STO7002', 'The disk is full.', { retryAfterMs: 1000 }));
    expect([await scene.deliver(), await scene.deliver()]).toEqual([503, 503]);
    expect(store.forTenant(scene.tenantId).conversations.list({ limit: 10 })).toEqual([]);
    store.write = write;
    expect([await scene.deliver(), await scene.deliver()]).toEqual([200, 200]);
    await eventually(() => expect(scene.answers()).toBe(1));
    expect(scene.answers()).toBe(1);
  },
);
