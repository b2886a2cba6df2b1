import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

const broken = {
  'bots/other/bot.yaml': 'polyphon: 1\nname: Other\nlanguages: { default: en }\nchanels:\n  web: { use: web-chat }\n',
};

describe('polyphon validate', () => {
  it('says that all bots are valid', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stdout, stderr } = await deployment.run(['validate']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^✓ 1 bot valid/);
  });

  it('shows the mistake with file, line and column, and ends with 65', async () => {
    await using deployment = await makeDeployment({ ...lampShop, ...broken });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(65);
    expect(stdout).toContain('BOT1004');
    expect(stdout).toContain('bots/other/bot.yaml:4:1');
    expect(stdout).toContain('did you mean "channels"?');
    expect(stdout).toMatch(/✗ 1 of 2 bots not valid: 1 error\n$/);
  });

  it('refuses patterns of documents that lead out of the folder, at their place', async () => {
    const bot = lampShop['bots/lamp-shop/bot.yaml'];
    await using deployment = await makeDeployment({
      'bots/lamp-shop/bot.yaml': bot.replace('knowledge/*.md', '../other/*.md'),
      'bots/open-brace/bot.yaml': bot.replace('use: files', 'use: faq').replace('knowledge/*.md', '{a,b.md'),
    });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(65);
    expect(stdout).toMatch(/error BOT1025 {2}the path leads out of the folder .*lamp-shop\/bot\.yaml:8:37\n/);
    expect(stdout).toMatch(/error BOT1026 {2}the file pattern is malformed .*open-brace\/bot\.yaml:8:35\n/);
  });

  it('does not wait for who would write into a pipe that stands where a definition should', async () => {
    await using deployment = await makeDeployment(lampShop);
    const folder = join(deployment.path, 'bots/piped');
    mkdirSync(folder);
    execFileSync('mkfifo', [join(folder, 'bot.yaml')]);
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(65);
    expect(stdout).toContain('BOT1018');
  });

  it('checks only the bots that are named', async () => {
    await using deployment = await makeDeployment({ ...lampShop, ...broken });
    expect((await deployment.run(['validate', 'lamp-shop'])).code).toBe(0);
    expect((await deployment.run(['validate', 'lamp-shop', 'other'])).code).toBe(65);
  });

  it('asks whether another bot was meant, and ends with 64', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stderr } = await deployment.run(['validate', 'lampshop']);
    expect(code).toBe(64);
    expect(stderr).toBe(
      'error CLI9002  No bot is called "lampshop". There are: lamp-shop. Did you mean "lamp-shop"?\n',
    );
  });

  it('prints JSON as data and nothing else', async () => {
    await using deployment = await makeDeployment({ ...lampShop, ...broken });
    const { code, stdout, stderr } = await deployment.run(['validate', '--format', 'json']);
    expect({ code, stderr }).toEqual({ code: 65, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      formatVersion: 1,
      valid: false,
      errorCount: 1,
      warningCount: 0,
      diagnostics: [
        { severity: 'error', code: 'BOT1004', suggestion: 'channels', range: { start: { line: 4, column: 1 } } },
      ],
    });
  });

  it.each([
    ['github', /^::error file=.*bot\.yaml,line=4,/],
    ['sarif', /"version": "2\.1\.0"/],
  ])('prints %s', async (format, shape) => {
    await using deployment = await makeDeployment(broken);
    expect((await deployment.run(['validate', '--format', format])).stdout).toMatch(shape);
  });

  it('reports mistakes in test files too', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/lamp-shop/tests/shop.yaml': 'polyphon: 1\ncases:\n  - { name: a, channel: wob, turns: [{ user: x }] }\n',
    });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(65);
    expect(stdout).toContain('tests/shop.yaml:3:25');
  });

  it('refuses warnings when it is strict', async () => {
    // Italian has no built-in texts: the bot serves, in English, and is told so.
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/luci/bot.yaml': 'polyphon: 1\nlanguages: { default: it }\n',
    });
    expect((await deployment.run(['validate'])).code).toBe(0);
    expect((await deployment.run(['validate', '--strict'])).code).toBe(65);
  });

  it('warns of channels that have one bot or number, at each place, and shows no secret', async () => {
    const token = '111111:acme-bot-token-of-the-tests';
    const bot = (channels: string) => `polyphon: 1\nname: X\nlanguages: { default: en }\nchannels:\n${channels}`;
    const telegram = '  tg:\n    use: telegram\n    with: { token: "${secret:token}" }\n';
    const number =
      '  wa:\n    use: whatsapp\n    with: { phoneNumberId: "123", accessToken: "${secret:a}", appSecret: "${secret:b}", verifyToken: "${secret:c}" }\n';
    const secrets = `token: "${token}"\na: first-secret\nb: second-secret\nc: third-secret\n`;
    await using deployment = await makeDeployment({
      'bots/acme/bot.yaml': bot(telegram + number),
      'bots/acme/.secrets.yaml': secrets,
      'bots/other/bot.yaml': bot(`${number.replace('wa:', 'chat:')}${telegram}`),
      'bots/other/.secrets.yaml': secrets,
      'bots/third/bot.yaml': bot(telegram),
      'bots/third/.secrets.yaml': 'token: "222222:third-bot-token-of-the-tests"\n',
      'bots/quiet/bot.yaml': bot(telegram.replace('use:', 'enabled: false\n    use:')),
      'bots/quiet/.secrets.yaml': secrets,
    });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(0);
    expect(stdout.match(/^warning BOT1046/gm)).toHaveLength(4);
    expect(stdout).toMatch(
      /BOT1046 {2}channel tg of acme has the same `token` as channel tg of other .*bots\/acme\/bot\.yaml:7:20\n/,
    );
    expect(stdout).toMatch(
      /channel tg of other has the same `token` as channel tg of acme .*bots\/other\/bot\.yaml:10:20\n/,
    );
    expect(stdout).toMatch(/channel wa of acme has the same `phoneNumberId` as channel chat of other/);
    expect(stdout).toMatch(/the other one: .*bots\/other\/bot\.yaml:7:28/);
    expect(stdout).not.toMatch(/-token-of-the-tests|first-secret/);
    expect((await deployment.run(['validate', '--strict'])).stdout).toContain('2 of 4 bots not valid');
    expect((await deployment.run(['validate', '--strict', 'acme', 'third'])).code).toBe(0);
    const doctor = (await deployment.run(['doctor'])).stdout;
    expect(doctor).toMatch(/warn .*channel tg of acme has the same `token`/);
    expect(doctor).not.toContain('-token-of-the-tests');
  });

  it('names the next step where there is no bots folder', async () => {
    await using deployment = await makeDeployment();
    const { code, stderr } = await deployment.run(['validate']);
    expect(code).toBe(69);
    expect(stderr).toContain('`polyphon new my-bot` makes one');
  });

  it('stops at settings that have errors', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'config/polyphon.yaml': 'polyphon: 1\nserver: { prot: 3000 }\n',
    });
    const { code, stderr } = await deployment.run(['validate']);
    expect(code).toBe(65);
    expect(stderr).toContain('config/polyphon.yaml:2:11');
    expect(stderr).toContain('error CLI9004');
  });
});
