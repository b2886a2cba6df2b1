import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeMessage } from '../../plugins/channels/whatsapp/encode.ts';
import { bend } from '../fuzz/bend-json.ts';
import { Chance } from '../fuzz/chance.ts';
import type { Json } from '../fuzz/odd-values.ts';
import { type FakeWhatsapp, type FakeWhatsappTemplate, refusalOfMessage, startFakeWhatsapp } from '../kit/index.ts';
import { challenged, type OpenChannel, openChannel, outbound } from '../plugins/channels/whatsapp/open-channel.ts';
import { oddMessages } from './odd-messages.ts';
import { Prism, type Watched } from './prism.ts';

const specification = 'whatsapp/openapi.subset.json';
const messagesPath = '/{Version}/{Phone-Number-ID}/messages';
const person = '16505551234';
const examples = Object.values(
  JSON.parse(
    readFileSync(new URL('../fixtures/whatsapp/meta-official-send-examples.json', import.meta.url), 'utf8')
      .replaceAll(/\{\{Recipient-(WA-)?Phone-Number\}\}/g, person)
      .replaceAll(/"link": "[^"]*"/g, '"link": "https://shop.example/file"'),
  ) as Record<string, Json>,
);
const templates: readonly FakeWhatsappTemplate[] = [
  { name: 'pick_up', language: 'en', parameters: 1 },
  { name: 'shown', language: 'en', parameters: 1, header: 'image', buttons: ['url', 'quick_reply'] },
];

describe('what the channel sends to Meta, with Prism between it and the fake,', () => {
  let meta: FakeWhatsapp;
  let prism: Prism;
  let watched: Watched;
  let open: OpenChannel;
  beforeAll(async () => {
    const reach = (address: URL) => challenged(open, address);
    meta = await startFakeWhatsapp({ templates, pairBurst: 1_000_000, reach });
    prism = await Prism.open(
      specification,
      [
        messagesPath,
        '/{Version}/{Phone-Number-ID}',
        '/{Version}/{WABA-ID}/subscribed_apps',
        '/{Version}/{WABA-ID}/message_templates',
        '/{Version}/{WABA-ID}/phone_numbers',
      ],
      // Of messages: developers.facebook.com/docs/whatsapp/cloud-api/reference/messages. The specification has it for calls only.
      // The place of a button is 0 in the examples of the specification, which its pattern refuses.
      // The address of a webhook may be empty, its description says, and the format beside it does not.
      {
        BaseMessageProperties: { biz_opaque_callback_data: { type: 'string', maxLength: 512 } },
        TemplateComponent: { index: { type: 'string', pattern: '^[0-9]$' } },
        WebhookConfiguration: { override_callback_uri: { type: 'string', pattern: '^(https://.+)?$' } },
      },
    );
    watched = await prism.watch(meta.baseUrl);
    open = await openChannel(
      meta,
      { baseUrl: watched.address, wabaId: '419561257915477', templates: { continue: 'gone' } },
      [watched.host],
    );
    await meta.deliver(`${meta.baseUrl}/heard`, { messages: [meta.message(person, 'Hello')] });
  });
  afterAll(async () => {
    await open[Symbol.asyncDispose]();
    await watched[Symbol.asyncDispose]();
    await meta[Symbol.asyncDispose]();
  });

  it('is by Meta’s specification, whatever is to be said, and so is what the fake answers', async () => {
    const strange: string[] = [];
    for (const message of oddMessages(400, person)) {
      const before = meta.requests.length;
      await open.channel.send?.(message, open.signal);
      const bodies = meta.requests.slice(before).map(({ body }) => body);
      // In Meta's documentation, and not in its specification: a button that opens an address.
      const violations = watched.take().filter(() => !JSON.stringify(bodies).includes('"cta_url"'));
      for (const { refusal } of meta.requests.slice(before))
        if (refusal !== undefined) violations.push(refusal.details);
      if (violations.length > 0)
        strange.push(
          `${JSON.stringify(bodies).slice(0, 300)} ${violations
            .filter((words) => !/allowed values|required property|additional properties/.test(words))
            .join('; ')
            .slice(0, 300)}`,
        );
    }
    expect(strange).toEqual([]);
    expect(meta.sent.length).toBeGreaterThan(300);
    expect(meta.requests.filter(({ path, refusal }) => refusal !== undefined && !path.startsWith('/heard'))).toEqual(
      [],
    );
  });

  it('is by the specification as a template, too', async () => {
    const template = { name: 'pick_up', language: 'en', parameters: ['Your lamp\nis ready.'] };
    const result = await open.channel.send?.(outbound({ template }), open.signal);
    expect([result?.status, watched.take()]).toEqual(['delivered', []]);
    const whole = {
      ...template,
      name: 'shown',
      header: { kind: 'image', url: 'https://shop.example/lamp.png' },
      buttons: [
        { index: 0, kind: 'url', value: 'orders/7' },
        { index: 1, kind: 'reply', value: 'keep 7' },
      ],
    } as const;
    const sent = await open.channel.send?.(outbound({ template: whole }), open.signal);
    expect([sent?.status, watched.take()]).toEqual(['delivered', []]);
  });

  it('is by the specification where the webhook is set, read and removed, and the templates are read', async () => {
    const { registration } = open.channel;
    await registration?.set('https://bots.example/v1/lamps/whatsapp', open.signal);
    expect((await registration?.info(open.signal))?.outgoingProblems).toHaveLength(1);
    await registration?.delete(open.signal);
    // `GET /app` is the Graph API's own, and not in the specification of WhatsApp, which takes it for the id of a number.
    const ofApp = meta.requests.filter(({ path }) => path.includes('/app?')).length;
    expect(ofApp).toBeGreaterThan(0);
    const violations = watched.take();
    const notAnId = violations.filter((words) => words.startsWith('request.path.phone-number-id '));
    expect([violations.length, notAnId.length]).toEqual([ofApp, ofApp]);
  });

  it('is by the specification where a file is asked for', async () => {
    const files = await Prism.open(specification, ['/{Version}/{Media-ID}']);
    await using between = await files.watch(meta.baseUrl);
    await using asking = await openChannel(meta, { baseUrl: between.address }, [between.host]);
    const id = meta.addMedia({ bytes: new Uint8Array([1, 2, 3]), mediaType: 'image/png' });
    // The file itself is at the fake's own address, which is not that of Prism, and so not fetched.
    await asking.channel
      .fetchMedia?.({ id, kind: 'image', mediaType: 'image/png' }, asking.signal)
      .catch(() => undefined);
    expect(meta.requests.at(-1)?.path).toContain(`/${id}`);
    expect(between.take()).toEqual([]);
  });

  it('would be noticed if it were not', async () => {
    const post = (body: object) =>
      fetch(`${watched.address}/v23.0/${meta.phoneNumberId}/messages`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Test/1.0.0',
          authorization: `Bearer ${meta.accessToken}`,
        },
        body: JSON.stringify(body),
      });
    await post({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: person,
      type: 'text',
      text: { body: 7 },
    });
    expect(watched.take().join()).toContain('text.body must be string');
  });
});

describe('1,000 bent requests', () => {
  it('that Meta’s specification refuses are refused by the fake', { timeout: 300_000 }, async () => {
    const prism = await Prism.open(specification, [messagesPath]);
    const sound = [
      ...examples,
      ...oddMessages(60, person).flatMap((message) => encodeMessage(message, { listLabel: '☰' }) as Json[]),
    ];
    const missed: string[] = [];
    const counts = { both: 0, 'the fake only': 0, neither: 0, 'the specification only': 0 };
    for (let index = 0; index < 1_000; index += 1) {
      const chance = new Chance(20_261_121, index);
      const whole = chance.one(sound);
      const body = chance.happens(0.2)
        ? whole
        : (JSON.parse(JSON.stringify(bend(whole, sound, chance)) ?? 'null') as Json);
      const violations = await prism.judge({
        method: 'post',
        path: '/v23.0/106540352242922/messages',
        headers: { 'content-type': 'application/json', 'user-agent': 'Polyphon/1.0.0', authorization: 'Bearer token' },
        body,
      });
      // Meta's own example has numbers where its specification asks for texts.
      if (/"(latitude|longitude)":-?\d/.test(JSON.stringify(body))) continue;
      const refusal = refusalOfMessage(body, templates);
      if (violations.length > 0 && refusal === undefined)
        missed.push(
          `${JSON.stringify(body).slice(0, 300)} ${violations
            .filter((words) => !/allowed values|required property|additional properties/.test(words))
            .join('; ')
            .slice(0, 300)}`,
        );
      counts[
        violations.length > 0
          ? refusal === undefined
            ? 'the specification only'
            : 'both'
          : refusal === undefined
            ? 'neither'
            : 'the fake only'
      ] += 1;
    }
    process.stderr.write(`Refusals of WhatsApp's messages: ${JSON.stringify(counts)}\n`);
    expect(missed).toEqual([]);
    expect(counts.both).toBeGreaterThan(300);
    expect(counts.neither).toBeGreaterThan(100);
  });
});
