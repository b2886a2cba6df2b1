import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings, makeBots, placeOf, signal } from './bots-folder.ts';

describe('secrets', () => {
  const definition =
    'polyphon: 1\nchannels: { t: { use: telegram, with: { token: "${secret:tg-token}", webhookSecret: "${secret:hook}" } } }\n';
  const tokens = { with: { token: 'T', webhookSecret: 'H' } };

  it('come from the tenant’s file, the deployment’s folder and the environment, in this order', async () => {
    using bots = makeBots({
      'a-b/bot.yaml': definition,
      'a-b/.secrets.yaml': 'tg-token: T\n',
      'folder/a-b/hook': 'H\n',
      'folder/a-b_tg-token': 'no',
    });
    const folder = { ...defaultSettings, secrets: { folder: join(bots.path, 'folder') } };
    expect((await bots.load('a-b', { settings: folder })).bot?.channels['t']).toMatchObject(tokens);
    bots.write({ 'folder/a-b_hook': 'H' });
    const { bot } = await bots.load('a-b', { env: { POLYPHON_A_B_HOOK: 'H', POLYPHON_A_B_TG_TOKEN: 'no' } });
    expect(bot?.channels['t']).toMatchObject(tokens);
    expect(bot?.secretValues.toSorted()).toEqual(['H', 'T']);
  });

  it('of a tenant are out of reach for another, also where their names run together', async () => {
    using bots = makeBots({
      'a/bot.yaml': 'polyphon: 1\nvars: { v: "${secret:b_key}" }\n',
      'a-b/bot.yaml': 'polyphon: 1\nvars: { v: "${secret:key}" }\n',
      'admin/bot.yaml': 'polyphon: 1\nvars: { v: "${secret:token}" }\n',
    });
    const env = { POLYPHON_A_B_KEY: 'CANARY', POLYPHON_ADMIN_TOKEN: 'CANARY', key: 'CANARY', b_key: 'CANARY' };
    expect((await bots.load('a-b', { env })).bot?.vars).toEqual({ v: 'CANARY' });
    for (const tenant of ['a', 'admin']) {
      const { bot, diagnostics } = await bots.load(tenant, { env });
      expect(bot).toBeUndefined();
      expect(diagnostics.map(placeOf)).toEqual(['BOT1023 2:13']);
    }
  });

  it('stay references in the canonical form', async () => {
    using bots = makeBots({}, 'praxis');
    const { canonical } = await bots.load('praxis');
    expect(JSON.stringify(canonical)).not.toContain('value-of-');
    expect(canonical).toMatchObject({
      llm: { with: { apiKey: '${secret:gemini_key}' } },
      session: { history: 40 },
      retrieval: { embedding: { use: 'hashed' } },
    });
  });

  it('stay out of it in texts, from the environment and from the file itself', async () => {
    using bots = makeBots({
      'x/bot.yaml': `polyphon: 1
languages: { default: de, supported: [de, en] }
prompts: { greeting: "Hallo \${secret:a}", unknown: { de: "\${secret:a}", en: No } }
llm: { use: openai, with: { model: m, apiKey: "\${env:KEY}" }, fallback: [{ use: openai, with: { model: m, apiKey: CANARY-3 } }] }
`,
      'x/.secrets.yaml': 'a: CANARY-1\n',
    });
    const settings = {
      ...defaultSettings,
      env: { x: ['KEY'] },
      tenants: { ...defaultSettings.tenants, allowPlainSecrets: true },
    };
    const { bot, canonical, diagnostics } = await bots.load('x', { settings, env: { KEY: 'CANARY-2' } });
    expect(diagnostics).toEqual([]);
    expect(bot?.prompts.greeting).toEqual({ de: 'Hallo CANARY-1' });
    expect(bot?.secretValues.toSorted()).toEqual(['CANARY-1', 'CANARY-2', 'CANARY-3']);
    expect(JSON.stringify(canonical)).not.toContain('CANARY');
    expect(canonical).toMatchObject({
      prompts: { greeting: { de: 'Hallo ${secret:a}' }, unknown: { de: '${secret:a}', en: 'No' } },
    });
  });

  it('of fifty bots read at once stay with their own', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `t${index}`);
    const files = ids.flatMap((id) => [
      [`${id}/bot.yaml`, 'polyphon: 1\nextends: [_t/all]\nprompts: { system: prompts/s.md }\n'],
      [`${id}/.secrets.yaml`, `tg-token: CANARY-${id}-token\nhook: CANARY-${id}-hook\n`],
      [`${id}/prompts/s.md`, `CANARY-${id}-prompt`],
    ]);
    using bots = makeBots({ '_t/all.yaml': definition, ...Object.fromEntries(files) });
    const loader = bots.loader({ cacheDirectory: join(bots.path, '.cache') });
    for (let round = 0; round < 2; round++) {
      const loaded = await Promise.all(ids.map((id) => loader.load(id, signal)));
      for (const [index, { bot, canonical, diagnostics }] of loaded.entries()) {
        expect(diagnostics).toEqual([]);
        const found = new Set(JSON.stringify([bot, canonical]).match(/CANARY-t\d+-[a-z]+/g));
        expect([...found].sort()).toEqual(['hook', 'prompt', 'token'].map((what) => `CANARY-t${index}-${what}`));
      }
    }
  });

  it('that are missing are looked for by a name that is near', async () => {
    using bots = makeBots({ 'x/bot.yaml': definition, 'x/.secrets.yaml': 'tg_token: a\nhook: b\n' });
    const { diagnostics } = await bots.load('x');
    expect(diagnostics.map(({ code, suggestion }) => [code, suggestion])).toEqual([['BOT1023', 'tg_token']]);
  });

  it('may stand in the file only where the deployment says so', async () => {
    using bots = makeBots({ 'x/bot.yaml': definition.replaceAll(/\$\{secret:[a-z-]+\}/g, 'literal') });
    expect((await bots.load('x')).diagnostics.map(({ code }) => code)).toEqual(['BOT1024', 'BOT1024']);
    const settings = { ...defaultSettings, tenants: { ...defaultSettings.tenants, allowPlainSecrets: true } };
    expect((await bots.load('x', { settings })).bot?.secretValues).toEqual(['literal']);
  });

  it('that are no text are named and not shown', async () => {
    using bots = makeBots({ 'x/bot.yaml': 'polyphon: 1\n', 'x/.secrets.yaml': 'a: 4711\nb: [CANARY]\n' });
    const { diagnostics } = await bots.load('x');
    expect(diagnostics.map(placeOf)).toEqual(['BOT1010 1:1', 'BOT1010 2:1']);
    expect(JSON.stringify(diagnostics)).not.toMatch(/4711|CANARY/);
  });
});

describe('a channel that is off', () => {
  it('may be written before its plugin is installed', async () => {
    using bots = makeBots({
      'x/bot.yaml':
        'polyphon: 1\nchannels:\n  f: { use: fax, enabled: false, with: { token: "${secret:none}" }, voice: { stt: { use: nothing } } }\n',
    });
    const { bot, diagnostics } = await bots.load('x');
    expect(diagnostics).toEqual([]);
    expect(bot?.channels['f']).toMatchObject({ use: 'fax', enabled: false, with: { token: '${secret:none}' } });
  });

  it('may be written before its secrets are there', async () => {
    using bots = makeBots({
      'x/bot.yaml':
        'polyphon: 1\nchannels:\n  t: { use: telegram, enabled: false, with: { token: "${secret:a}", webhookSecret: "${secret:b}" } }\n',
    });
    const { bot, diagnostics } = await bots.load('x');
    expect(diagnostics).toEqual([]);
    expect(bot?.channels['t']?.with).toEqual({ token: '${secret:a}', webhookSecret: '${secret:b}' });
  });

  it('says what it lacks once it is on', async () => {
    using bots = makeBots({
      'x/bot.yaml':
        'polyphon: 1\nchannels:\n  f: { use: fax, enabled: true }\n  t: { use: telegram, with: { token: "${secret:a}", webhookSecret: "${secret:b}" } }\n',
    });
    const { diagnostics } = await bots.load('x');
    expect(diagnostics.map((each) => `${each.severity} ${each.code}`)).toEqual([
      'error BOT1027',
      'error BOT1023',
      'error BOT1023',
    ]);
  });
});
