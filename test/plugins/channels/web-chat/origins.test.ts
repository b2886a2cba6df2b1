import { Check } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { createOriginPolicy } from '../../../../plugins/channels/web-chat/origin-policy.ts';
import { schema } from '../../../../plugins/channels/web-chat/schema.ts';
import { wrongWebsite } from '../../../../plugins/channels/web-chat/widget/panel/wrong-website.ts';

const { origins } = schema.properties;

it('takes an origin as browsers send it', () => {
  expect(Check(origins, ['https://shop.example', 'http://localhost:5173'])).toBe(true);
});

it.each(['https://*.shop.example', '*', 'https://shop.example/chat', 'shop.example'])(
  'refuses %s, which no browser sends and which would match nothing',
  (origin) => {
    expect(Check(origins, [origin])).toBe(false);
  },
);

describe('a website that is not listed', () => {
  function policy() {
    const told: unknown[] = [];
    const { headersFor } = createOriginPolicy(['https://shop.example'], { warn: (_, fields) => told.push(fields) });
    const from = (origin: string) =>
      headersFor(new Request('https://bots.example/v1/shop/web/widget', { headers: { origin } }));
    return { told, from };
  }

  it('is told to the log once, and one that is listed never', () => {
    const { told, from } = policy();
    from('https://shop.example');
    from('https://bots.example');
    for (const origin of ['https://a.example', 'https://a.example', 'null', 'https://a.example'])
      expect(() => from(origin)).toThrow('may not show this chat');
    expect(told).toEqual([{ origin: 'https://a.example' }, { origin: 'null' }]);
  });

  it('cannot fill the log by changing its name', () => {
    const { told, from } = policy();
    expect(() => from(`https://${'a'.repeat(300)}.example`)).toThrow();
    for (let at = 0; at < 150; at += 1) expect(() => from(`https://${at}.example`)).toThrow();
    expect(told).toHaveLength(100);
  });

  it('is told to its owner with the place to add it', () => {
    const address = { origin: 'https://bots.example', tenant: 'shop', channel: 'web' };
    expect(wrongWebsite(address, 'https://a.example')).toBe(
      'Polyphon: the bot "shop" at https://bots.example may not be shown on this website (https://a.example). Add "https://a.example" to channels.web.with.origins in bots/shop/bot.yaml and reload the page.',
    );
    expect(wrongWebsite(address, 'null')).toContain('serve it over http(s)');
  });
});
