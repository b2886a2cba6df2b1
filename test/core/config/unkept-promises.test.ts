import { expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

const top = 'polyphon: 1\nname: X\n';

async function diagnosed(text: string) {
  using bots = makeBots({ 'x/bot.yaml': top + text, 'x/.secrets.yaml': 'hook: "a-secret"\n' });
  const { bot, diagnostics } = await bots.load('x');
  return { bot, said: diagnostics.map((one) => `${one.severity} ${placeOf(one)}`), diagnostics };
}

it('warns of an address that would be notified by mail', async () => {
  const { said } = await diagnosed('handoff: { inbox: desk, notify: ["mailto:a@example.org"] }\n');
  expect(said).toEqual(['warning BOT1038 3:34']);
});

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
