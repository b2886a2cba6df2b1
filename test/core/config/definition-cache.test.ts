import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings, makeBots } from './bots-folder.ts';

const fiveLines =
  'polyphon: 1\nname: Bakery\nknowledge:\n  docs: { use: files, with: { path: knowledge/* } }\nchannels: { web: { use: web-chat } }\n';

describe('the cache', () => {
  it('gives the same bot, notices every change, and holds no secret', async () => {
    using bots = makeBots({}, 'praxis');
    const cacheDirectory = join(bots.path, '.cache');
    const load = () => bots.load('praxis', { cacheDirectory });
    const first = await load();
    const kept = readFileSync(join(cacheDirectory, 'praxis.json'), 'utf8');
    expect(kept).not.toContain('value-of-');
    const second = await load();
    expect(second.bot).toEqual(first.bot);
    expect(second.canonical).toEqual(first.canonical);
    expect(second.origin(['session', 'history'])).toEqual(first.origin(['session', 'history']));
    expect(second.files).toEqual(first.files);

    bots.write({ '_templates/practice.yaml': 'polyphon: 1\nlabels: { fresh: "yes" }\n' });
    expect((await load()).bot?.labels['fresh']).toBe('yes');
    bots.write({ 'praxis/bot.local.yaml': 'session: { history: 3 }\n' });
    expect((await load()).bot?.session.history).toBe(3);
    bots.write({ 'praxis/bot.yaml': 'polyphon: 2\n' });
    expect((await load()).diagnostics.map(({ code }) => code)).toEqual(['BOT1013']);
  });

  it('keeps no definition in which a secret stands', async () => {
    using bots = makeBots({ 'x/bot.yaml': 'polyphon: 1\nllm: { use: openai, with: { model: m, apiKey: CANARY } }\n' });
    const settings = { ...defaultSettings, tenants: { ...defaultSettings.tenants, allowPlainSecrets: true } };
    const cacheDirectory = join(bots.path, '.cache');
    expect((await bots.load('x', { settings, cacheDirectory })).bot).toBeDefined();
    expect(() => readdirSync(cacheDirectory)).toThrow();
  });

  it('that is damaged is ignored', async () => {
    using bots = makeBots({ 'x/bot.yaml': fiveLines });
    const cacheDirectory = join(bots.path, '.cache');
    await bots.load('x', { cacheDirectory });
    const file = join(cacheDirectory, 'x.json');
    for (const damaged of [
      '',
      '{',
      readFileSync(file, 'utf8').replace('"m"', '"s"'),
      readFileSync(file, 'utf8').replace(/"root":.*/, '"root":[9,0,1,"m",[]]}'),
    ]) {
      writeFileSync(file, damaged);
      expect((await bots.load('x', { cacheDirectory })).bot?.name).toEqual({ en: 'Bakery' });
    }
  });
});
