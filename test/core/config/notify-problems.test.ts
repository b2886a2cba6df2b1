import { expect, it } from 'vitest';
import { defaultSettings, makeBots, placeOf } from './bots-folder.ts';

const top = 'polyphon: 1\nname: X\n';

async function diagnosed(text: string, settings = defaultSettings) {
  using bots = makeBots({ 'x/bot.yaml': top + text, 'x/.secrets.yaml': 'hook: "a-secret"\n' });
  const { bot, diagnostics } = await bots.load('x', { settings });
  return { bot, said: diagnostics.map((one) => `${one.severity} ${placeOf(one)}`), diagnostics };
}

it('warns of an address for mail where the deployment has no mail server', async () => {
  const handoff = 'handoff: { inbox: desk, notify: ["mailto:a@example.org"] }\n';
  expect((await diagnosed(handoff)).said).toEqual(['warning BOT1038 3:34']);
  const mail = { url: 'smtps://mail.example', from: 'bots@example.org' };
  expect((await diagnosed(handoff, { ...defaultSettings, mail })).said).toEqual([]);
});

it.each(['mailto:a', 'mailto:a@b.example?cc=c@d.example', 'mailto:a@b.example,c@d.example', 'a@b.example'])(
  'takes one plain address only, not %s',
  async (address) => {
    const { said } = await diagnosed(`handoff: { inbox: desk, notify: ["${address}"] }\n`);
    expect(said).toEqual([expect.stringMatching(/^error BOT10\d\d 3:34$/)]);
  },
);

it('wants a secret for the addresses that receive a webhook, and takes it', async () => {
  const unsigned = await diagnosed('handoff: { inbox: desk, notify: ["https://a.example"] }\n');
  expect(unsigned.said).toEqual(['error BOT1005 3:34']);
  const signed = await diagnosed('handoff: { inbox: desk, notify: ["https://a.example"], secret: "${secret:hook}" }\n');
  expect(signed.said).toEqual([]);
  expect(signed.bot?.handoff?.secret).toBe('a-secret');
  const plain = await diagnosed('handoff: { inbox: desk, notify: ["https://a.example"], secret: "plain" }\n');
  expect(plain.said).toEqual(['error BOT1024 3:64']);
});

it('keeps such advice for a definition that has no errors', async () => {
  const { said } = await diagnosed('handoff: { inbox: desk, notify: ["mailto:a@example.org"] }\nnonsense: 1\n');
  expect(said).toEqual(['error BOT1004 4:1']);
});

it('takes an at sign in the path of an address, and none before it', async () => {
  const events = (url: string) => `events: [{ url: "${url}", secret: "\${secret:hook}" }]\n`;
  expect((await diagnosed(events('https://a.example:8443/@bot?to=b@c.example#x'))).said).toEqual([]);
  expect((await diagnosed(events('https://u:p@a.example/'))).said).toEqual(['error BOT1008 3:17']);
});
