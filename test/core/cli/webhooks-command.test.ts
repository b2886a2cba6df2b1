import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

describe('polyphon webhooks', () => {
  const withTelegram = (baseUrl: string) => ({
    ...lampShop,
    'config/polyphon.yaml': `polyphon: 1\nhttp: { allowPrivate: ["${new URL(baseUrl).host}"] }\n`,
    'bots/lamp-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace(
      '  web: { use: web-chat }',
      `  web: { use: web-chat }
  telegram:
    use: telegram
    with: { token: "\${secret:token}", webhookSecret: "\${secret:hook}", baseUrl: "${baseUrl}" }`,
    ),
    'bots/lamp-shop/.secrets.yaml':
      'token: "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"\nhook: a-secret-of-sixteen-letters\n',
  });

  /** As much of Telegram as a registration needs. */
  async function telegram(refusal?: string) {
    const set: { url: string } = { url: '' };
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const method = request.url?.split('/').at(-1);
        if (method === 'setWebhook') set.url = (JSON.parse(body) as { url: string }).url;
        if (method === 'deleteWebhook') set.url = '';
        const result =
          method === 'getWebhookInfo'
            ? { url: set.url, has_custom_certificate: false, pending_update_count: 3 }
            : method === 'getMe'
              ? { id: 1, is_bot: true, first_name: 'Lamp', username: 'lamp_bot' }
              : true;
        response.setHeader('content-type', 'application/json');
        if (refusal !== undefined) response.statusCode = 401;
        response.end(
          JSON.stringify(
            refusal === undefined ? { ok: true, result } : { ok: false, error_code: 401, description: refusal },
          ),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      set,
      url: `http://127.0.0.1:${port}`,
      [Symbol.asyncDispose]: () =>
        new Promise<void>((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    };
  }

  it('sets, shows and deletes the address of a channel at its platform', async () => {
    await using platform = await telegram();
    await using deployment = await makeDeployment(withTelegram(platform.url));
    const missing = await deployment.run(['webhooks', 'lamp-shop', 'set']);
    expect(missing.code).toBe(64);
    expect(missing.stderr).toContain('server.publicOrigin');
    const set = await deployment.run(['webhooks', 'lamp-shop', 'set', '--url', 'https://bots.example.org/']);
    expect(set.stderr).toBe('');
    expect(set.code).toBe(0);
    expect(platform.set.url).toBe('https://bots.example.org/v1/lamp-shop/telegram/webhook');
    expect(set.stdout).toContain('telegram  https://bots.example.org/v1/lamp-shop/telegram/webhook');
    expect(set.stdout).toContain('3 updates waiting at the platform');
    const info = await deployment.run(['webhooks', 'lamp-shop', '--json']);
    expect(JSON.parse(info.stdout)).toMatchObject({
      action: 'info',
      channels: [{ channel: 'telegram', url: platform.set.url, pending: 3 }],
    });
    expect((await deployment.run(['webhooks', 'lamp-shop', 'delete'])).stdout).toContain('no webhook is set');
  });

  it('goes on when one channel is refused, and tells of each', async () => {
    await using platform = await telegram();
    await using refusing = await telegram('Unauthorized');
    const files = withTelegram(platform.url);
    const first = `  refused:
    use: telegram
    with: { token: "\${secret:token}", webhookSecret: "\${secret:hook}", baseUrl: "${refusing.url}" }
  telegram:`;
    await using deployment = await makeDeployment({
      ...files,
      'config/polyphon.yaml': `polyphon: 1\nhttp: { allowPrivate: ["${new URL(platform.url).host}", "${new URL(refusing.url).host}"] }\n`,
      'bots/lamp-shop/bot.yaml': files['bots/lamp-shop/bot.yaml'].replace('  telegram:', first),
    });
    const set = await deployment.run(['webhooks', 'lamp-shop', 'set', '--url', 'https://bots.example.org/']);
    expect(set.code).toBe(1);
    expect(set.stderr).toMatch(/error \w+ {2}refused: /);
    expect(set.stdout).toContain('telegram  https://bots.example.org/v1/lamp-shop/telegram/webhook');
    expect(platform.set.url).toBe('https://bots.example.org/v1/lamp-shop/telegram/webhook');
    const info = await deployment.run(['webhooks', 'lamp-shop', '--json']);
    expect(JSON.parse(info.stdout).channels).toMatchObject([
      { channel: 'refused', error: { code: expect.any(String), message: expect.any(String) } },
      { channel: 'telegram', url: platform.set.url },
    ]);
  });

  it('ends as a dependency that is away where the platform is not reached, and as a failure where one refuses', async () => {
    await using refusing = await telegram('Unauthorized');
    const gone = await telegram();
    await gone[Symbol.asyncDispose]();
    const files = withTelegram(gone.url);
    const allowed = `polyphon: 1\nhttp: { allowPrivate: ["${new URL(gone.url).host}", "${new URL(refusing.url).host}"] }\n`;
    await using deployment = await makeDeployment({ ...files, 'config/polyphon.yaml': allowed });
    const away = await deployment.run(['webhooks', 'lamp-shop', 'info']);
    expect(away).toMatchObject({ code: 69, stderr: expect.stringContaining('TGM3207') });
    const both = files['bots/lamp-shop/bot.yaml'].replace(
      '  telegram:',
      `  refused:
    use: telegram
    with: { token: "\${secret:token}", webhookSecret: "\${secret:hook}", baseUrl: "${refusing.url}" }
  telegram:`,
    );
    await deployment.write({ 'bots/lamp-shop/bot.yaml': both });
    expect((await deployment.run(['webhooks', 'lamp-shop', 'info'])).code).toBe(1);
  }, 30_000);

  it('says where no platform can call the address', async () => {
    await using platform = await telegram();
    await using deployment = await makeDeployment(withTelegram(platform.url));
    for (const [url, isLocal] of [
      ['https://localhost', true],
      ['https://192.168.1.4:8443', true],
      ['https://[::1]', true],
      ['https://bots.example.org', false],
    ] as const) {
      const { stderr } = await deployment.run(['webhooks', 'lamp-shop', 'set', '--url', url]);
      expect(stderr.includes('is not on the public internet: no platform can call it there'), url).toBe(isLocal);
    }
  });

  it('knows which channels register nothing, and which addresses are none', async () => {
    await using deployment = await makeDeployment(lampShop);
    const none = await deployment.run(['webhooks', 'lamp-shop']);
    expect(none.code).toBe(64);
    expect(none.stderr).toContain('Enabled: web (web-chat)');
    expect((await deployment.run(['webhooks', 'lamp-shop', 'set', '--url', 'bots.example.org'])).code).toBe(64);
    expect((await deployment.run(['webhooks', 'lamp-shop', 'set', '--url', 'http://bots.example.org'])).code).toBe(64);
  });
});
