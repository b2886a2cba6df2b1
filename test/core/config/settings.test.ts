import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../core/config/settings.ts';
import { defaultSettings, makeBots, placeOf, signal } from './bots-folder.ts';

const read = async (text: string, env: Record<string, string> = {}) => {
  using folder = makeBots({ 'polyphon.yaml': text, 'token.txt': 'sixteen-characters-at-least\n' });
  return readSettings({ path: join(folder.path, 'polyphon.yaml'), env, signal });
};

describe('the settings', () => {
  it('as shipped are the defaults', async () => {
    const path = fileURLToPath(new URL('../../../config/polyphon.yaml', import.meta.url));
    const { settings, diagnostics } = await readSettings({ path, env: {}, signal });
    expect(diagnostics).toEqual([]);
    expect(settings).toEqual(defaultSettings);
    expect(settings).toMatchObject({
      server: { port: 3000 },
      tenants: { memoryBytes: 512_000_000, allowPlainSecrets: false },
      http: { allowPrivate: [] },
    });
  });

  it('take units, references and files', async () => {
    const { settings, diagnostics } = await read(
      'polyphon: 1\nserver: { port: "${env:PORT}", publicOrigin: https://bots.example }\ntenants: { memory: 1GiB }\nadmin: { tokens: ["${file:token.txt}"] }\nobserve: { traces: { endpoint: "${env:DB}" } }\nenv: { praxis: [CRM_URL], "*": [REGION] }\n',
      { PORT: '8080', DB: 'https://otel.example' },
    );
    // Traces are read and not sent, which is said.
    expect(diagnostics.map(placeOf)).toEqual(['BOT1040 5:32']);
    expect(settings).toMatchObject({
      server: { port: 8080, publicOrigin: 'https://bots.example' },
      tenants: { memoryBytes: 1_073_741_824 },
      admin: { tokens: ['sixteen-characters-at-least'] },
      observe: { traces: { endpoint: 'https://otel.example' } },
      env: { praxis: ['CRM_URL'], '*': ['REGION'] },
    });
  });

  it('take what bots weigh, and refuse what is no weight', async () => {
    const { settings, diagnostics } = await read(
      'polyphon: 1\ntenants: { weights: { praxis: 3, x-why: pays for three } }\n',
    );
    expect(diagnostics).toEqual([]);
    expect(settings.tenants.weights).toEqual({ praxis: 3 });
    for (const weight of ['0', '1.5', '101', 'much']) {
      const wrong = await read(`polyphon: 1\ntenants: { weights: { praxis: ${weight} } }\n`);
      expect(wrong.diagnostics.map(placeOf), weight).toEqual([expect.stringMatching(/^BOT10\d\d 2:31$/)]);
    }
  });

  it('take a mail server with its password from outside', async () => {
    const { settings, diagnostics } = await read(
      'polyphon: 1\nmail: { smtp: "${env:SMTP_URL}", from: "Bots <bots@example.org>" }\n',
      { SMTP_URL: 'smtps://bots:p%40ss@mail.example:465' },
    );
    expect(diagnostics).toEqual([]);
    expect(settings.mail).toEqual({ url: 'smtps://bots:p%40ss@mail.example:465', from: 'Bots <bots@example.org>' });
    const wrong = await read('polyphon: 1\nmail: { smtp: "https://mail.example", from: nobody }\n');
    expect(wrong.diagnostics.map(placeOf)).toEqual([
      expect.stringMatching(/^BOT10\d\d 2:15$/),
      expect.stringMatching(/^BOT10\d\d 2:45$/),
    ]);
    expect(JSON.stringify(wrong.diagnostics)).not.toContain('https://mail.example');
  });

  it('show by an example how addresses and names are written', async () => {
    const { diagnostics } = await read('polyphon: 1\nhttp: { allowPrivate: [10.0.0.1] }\nenv: { x: [a-b] }\n');
    expect(diagnostics.map(({ detail }) => detail)).toEqual([
      'write it as in 127.0.0.1:11434',
      'write it as in CRM_URL',
    ]);
  });

  it('say of a public address that nothing may stand behind it', async () => {
    const { diagnostics } = await read('polyphon: 1\nserver: { publicOrigin: "https://bots.example/" }\n');
    expect(diagnostics.map(({ detail }) => detail)).toEqual([
      'write it as in https://shop.example, with nothing behind it, not even a slash',
    ]);
  });

  it('give way to the command line, and take one operator token from the environment', async () => {
    const { settings } = await readSettings({
      path: '/nonexistent/polyphon.yaml',
      overrides: { port: 0, botsDirectory: '/b' },
      env: { POLYPHON_ADMIN_TOKEN: 'T' },
      signal,
    });
    expect(settings).toMatchObject({ server: { port: 0 }, tenants: { dir: '/b' }, admin: { tokens: ['T'] } });
  });

  it.each([
    ['an unknown key', 'polyphon: 1\nserver: { prot: 1 }\n', 'BOT1004 2:11'],
    ['a port out of range', 'polyphon: 1\nserver: { port: 70000 }\n', 'BOT1008 2:17'],
    ['a size without a unit', 'polyphon: 1\ntenants: { memory: 512 }\n', 'BOT1009 2:20'],
    [
      'a range of addresses that is none',
      'polyphon: 1\nserver: { trustedProxies: [::1, 10.0.0.0/33] }\n',
      'BOT1008 2:33',
    ],
    ['no version', 'server: { port: 1 }\n', 'BOT1013 1:1'],
    ['an unknown version', 'polyphon: 3\n', 'BOT1013 1:11'],
    ['a store this version has not', 'polyphon: 1\nstore: { use: postgres }\n', 'BOT1007 2:15'],
    ['a plugin by its path', 'polyphon: 1\nplugins: [./evil.js]\n', 'BOT1008 2:11'],
    ['a variable that is not set', 'polyphon: 1\nserver: { host: "${env:HOST_NAME}" }\n', 'BOT1022 2:18'],
    ['a secret', 'polyphon: 1\nserver: { host: "${secret:host}" }\n', 'BOT1020 2:18'],
    ['a short token', 'polyphon: 1\nadmin: { tokens: [CANARY] }\n', 'BOT1008 2:19'],
    ['a syntax error', 'polyphon: 1\nserver: {\n', 'BOT1001 2:9'],
  ])('with %s are refused at its place', async (_what, text, place) => {
    const { diagnostics, settings } = await read(text);
    expect(diagnostics.map(placeOf)).toEqual([place]);
    expect(JSON.stringify(diagnostics)).not.toContain('CANARY');
    expect(settings).toEqual(defaultSettings);
  });
});
