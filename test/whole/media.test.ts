import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  callTwilioWebhook,
  fakeTwilioFields,
  fakeTwilioSid,
  startFakeOpenai,
  startFakeTelegram,
  startFakeTwilio,
  startFakeWhatsapp,
} from '../kit/index.ts';
import { botYaml, deployTelegram, tokens } from '../plugins/channels/telegram/telegram-deployment.ts';
import {
  deployShops as deployCandles,
  listensAt,
  webhookOf,
} from '../plugins/channels/twilio-messaging/candle-shop.ts';
import { channelUrl, deployShops as deployLamps } from '../plugins/channels/whatsapp/lamp-shop.ts';
import type { Deployment } from './deployment.ts';

const picture = Buffer.from('the bytes of a picture of a lamp');
const photo = (fileId: string) => ({
  photo: [{ file_id: fileId, file_unique_id: 'u', width: 90, height: 90, file_size: picture.length }],
  caption: 'Can you repair this?',
});

interface Shown {
  readonly role: string;
  readonly attachments: readonly { readonly kind: string; readonly media?: string; readonly url?: string }[];
}

function operator(deployment: Deployment, tenantId = 'acme') {
  const headers = { authorization: `Bearer ${deployment.adminToken}` };
  const get = (path: string) => fetch(`http://127.0.0.1:${deployment.port}${path}`, { headers });
  return {
    get,
    /** The files of the newest conversation. */
    files: async () => {
      const { conversations } = await (await get(`/v1/${tenantId}/conversations`)).json();
      const listed = await get(`/v1/${tenantId}/conversations/${conversations[0].id}/messages`);
      const { messages }: { readonly messages: readonly Shown[] } = await listed.json();
      return messages.flatMap(({ attachments }) => attachments);
    },
  };
}

it('shows an operator what somebody sent on Telegram, also after a restart and a reload', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-media-'));
  onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }));
  await using telegram = await startFakeTelegram();
  telegram.file('file-1234567', { bytes: picture });
  let media = '';
  {
    await using stage = await deployTelegram({ telegram, dataDirectory });
    await telegram.deliver(stage.acme, stage.acme.update(7, photo('file-1234567')));
    await telegram.saw(1);
    const [file] = await operator(stage.deployment).files();
    expect(file).toMatchObject({ kind: 'image', media: expect.stringMatching(/^\/v1\/acme\/.*\/media\/0$/) });
    media = file?.media ?? '';
    expect(telegram.calls.filter(({ method }) => method === 'getFile')).toEqual([]);
    const response = await operator(stage.deployment).get(media);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(picture);
    expect((await operator(stage.deployment).get(media.replace('/acme/', '/other/'))).status).toBe(404);
  }
  await using stage = await deployTelegram({ telegram, dataDirectory });
  const { deployment } = stage;
  const ask = operator(deployment);
  expect(Buffer.from(await (await ask.get(media)).arrayBuffer())).toEqual(picture);

  await deployment.write('acme/bot.yaml', botYaml(telegram, `\${secret:token}`, '', 'Hello there.'));
  await deployment.application.kernel.reload('acme', AbortSignal.timeout(10_000));
  expect(Buffer.from(await (await ask.get(media)).arrayBuffer())).toEqual(picture);

  for (const file of await readdir(dataDirectory)) {
    const bytes = await readFile(join(dataDirectory, file)).catch(() => Buffer.alloc(0));
    expect(bytes.includes(picture), `${file} keeps no picture`).toBe(false);
  }
}, 30_000);

it('tells an operator by name why there is no file, and nobody the token', async () => {
  await using stage = await deployTelegram();
  const { telegram, deployment, acme } = stage;
  const ask = operator(deployment);
  await telegram.deliver(acme, acme.update(7, photo('file-1234567')));
  await telegram.saw(1);
  const media = (await ask.files())[0]?.media ?? '';
  const answers: string[] = [];
  const problem = async () => {
    const response = await ask.get(media);
    const text = await response.text();
    answers.push(text, JSON.stringify([...response.headers]));
    return { status: response.status, code: JSON.parse(text).code };
  };
  expect(await problem()).toEqual({ status: 410, code: 'CNV5032' });
  telegram.meet({ method: 'getFile', kind: 'page', status: 502 });
  expect(await problem()).toEqual({ status: 502, code: 'CNV5034' });
  telegram.meet({ method: 'getFile', kind: 'refuse', status: 401, description: 'Unauthorized' });
  expect(await problem()).toEqual({ status: 502, code: 'CNV5034' });
  telegram.meet({ method: 'getFile', kind: 'refuse', status: 400, description: 'Bad Request: file is too big' });
  expect(await problem()).toEqual({ status: 422, code: 'CNV5036' });

  const yaml = botYaml(telegram, `\${secret:token}`).replace(/ {2}tg:\n.*\n.*\n/, '  web: { use: web-chat }\n');
  await deployment.write('acme/bot.yaml', yaml);
  await deployment.application.kernel.reload('acme', AbortSignal.timeout(10_000));
  expect(await problem()).toEqual({ status: 409, code: 'CNV5033' });

  const { conversations } = await (await ask.get('/v1/acme/conversations')).json();
  const contact = conversations[0].contact.id;
  const { store } = deployment.application;
  await store.write(() => store.forTenant('acme').personalData.erase(contact));
  expect(await problem()).toEqual({ status: 404, code: 'CNV5031' });
  const told = [...answers, ...deployment.lines].join('\n');
  expect(told).not.toContain(tokens.acme);
  expect(told).not.toContain(tokens.acme.split(':')[1]);
  expect(answers.join('\n')).not.toContain(telegram.host);
}, 30_000);

it('shows a picture from Telegram to a model behind OpenAI’s interface, where the bot says so', async () => {
  await using openai = await startFakeOpenai({ apiKey: 'none', otherwise: { kind: 'text', text: 'That is a lamp.' } });
  await using telegram = await startFakeTelegram();
  const settings = `polyphon: 1\nhttp: { allowPrivate: ["${telegram.host}", "${new URL(openai.baseUrl).host}"] }\n`;
  await using stage = await deployTelegram({ telegram, overrides: { settings } });
  const llm = (images: boolean) =>
    `llm: { use: openai, with: { model: gpt-4.1-mini, baseUrl: "${openai.baseUrl}", images: ${images} } }\n`;
  const { deployment, acme } = stage;
  const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), picture]);
  telegram.file('file-1234567', { bytes: jpeg });
  const contents: unknown[] = [];
  for (const [index, images] of [false, true].entries()) {
    await deployment.write('acme/bot.yaml', botYaml(telegram, `\${secret:token}`) + llm(images));
    const reloaded = await deployment.application.kernel.reload('acme', AbortSignal.timeout(10_000));
    expect(reloaded.diagnostics).toEqual([]);
    await telegram.deliver(acme, acme.update(7, photo('file-1234567')));
    await telegram.saw(index + 1);
    const body = openai.requests.at(-1)?.body as { readonly messages?: readonly { readonly content: unknown }[] };
    contents.push(body?.messages?.at(-1)?.content);
  }
  const text = 'Can you repair this?\n(image)';
  const url = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  expect(contents).toEqual([
    text,
    [
      { type: 'text', text },
      { type: 'image_url', image_url: { url } },
    ],
  ]);
  expect(openai.requests.map(({ refusal }) => refusal)).toEqual([undefined, undefined]);
  expect(telegram.sent.map((sent) => sent.text)).toEqual(['That is a lamp.', 'That is a lamp.']);
  expect(deployment.lines.join('\n')).not.toContain(jpeg.toString('base64'));
}, 30_000);

it('saves a document from WhatsApp under its name, and shows no page of a stranger', async () => {
  await using meta = await startFakeWhatsapp();
  await using deployment = await deployLamps([{ tenantId: 'lamps', meta }]);
  const id = meta.addMedia({ bytes: Buffer.from('<script>alert(1)</script>'), mediaType: 'text/html' });
  const document = { id, mime_type: 'text/html', filename: 'Angebot für Sie.html' };
  await meta.deliver(channelUrl(deployment, 'lamps'), {
    messages: [meta.message('16505551234', { type: 'document', document })],
  });
  const ask = operator(deployment, 'lamps');
  const [file] = await ask.files();
  const response = await ask.get(file?.media ?? '');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="Angebot für Sie.html"');
  expect(response.headers.get('content-security-policy')).toContain('sandbox');
  expect([...deployment.lines, ...response.headers.values()].join('\n')).not.toContain(meta.accessToken);
}, 30_000);

it('fetches an MMS from Twilio with the account’s credentials, and shows nobody Twilio’s address', async () => {
  await using twilio = await startFakeTwilio({ numbers: ['+4930111222'] });
  await using deployment = await deployCandles([{ tenantId: 'candles', twilio }]);
  const url = twilio.file({ bytes: picture, mediaType: 'image/jpeg' });
  const inbound = {
    url: webhookOf('candles'),
    sid: fakeTwilioSid('SM', 'mms'),
    from: '+491701234567',
    to: '+4930111222',
  };
  const answer = await callTwilioWebhook({
    url: inbound.url,
    through: listensAt(deployment),
    authToken: twilio.authToken,
    fields: {
      ...fakeTwilioFields({ ...inbound, body: 'See' }, twilio.accountSid),
      NumMedia: '1',
      MediaUrl0: url,
      MediaContentType0: 'image/jpeg',
    },
  });
  expect(answer.status).toBe(200);
  const ask = operator(deployment, 'candles');
  const files = await ask.files();
  expect(files).toMatchObject([{ kind: 'image', media: expect.any(String) }]);
  expect(JSON.stringify(files)).not.toContain(twilio.hosts[0]);
  const response = await ask.get(files[0]?.media ?? '');
  expect(response.headers.get('content-disposition')).toBe('inline; filename="image.jpg"');
  expect(Buffer.from(await response.arrayBuffer())).toEqual(picture);
  expect(twilio.fileRequests).toEqual([{ path: '/files/1', authorization: undefined }]);
}, 30_000);

it('asks for words where somebody sends a voice note or a photo to a model that composes nothing', async () => {
  await using stage = await deployTelegram();
  const { telegram, acme } = stage;
  const voice = { voice: { file_id: 'voice-123', file_unique_id: 'u', duration: 3, mime_type: 'audio/ogg' } };
  const { photo: sizes } = photo('file-1234567');
  for (const [index, sent] of [
    voice,
    { photo: sizes },
    { photo: sizes, caption: 'What does the blue lamp cost?' },
  ].entries()) {
    await telegram.deliver(acme, acme.update(7, sent));
    await telegram.saw(index + 1);
  }
  const asked = 'I am sorry, I cannot read this kind of message here. Please tell me in words what it is about.';
  expect(telegram.sent.map(({ text }) => text).slice(0, 2)).toEqual([asked, asked]);
  expect(telegram.sent[2]?.text).toContain('40 euros');
}, 30_000);
