import { describe, expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

const question = 'How much does a repair of a lamp cost?';

describe('polyphon chat', () => {
  it('prints one answer with its citations and ends', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stdout, stderr } = await deployment.run(['chat', 'lamp-shop', '--once', question]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('25 euros');
    expect(stdout).toMatch(/\[1\] .*\(shop: knowledge\/shop\.md\)\n$/);
  });

  it('names the row of a table that an answer rests on', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/lamp-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace('*.md', '*.csv'),
      'bots/lamp-shop/knowledge/prices.csv': 'lamp,price\nAurora,129 euros\nBoreal,89 euros\n',
    });
    const { stdout } = await deployment.run(['chat', 'lamp-shop', '--once', 'price of the lamp Boreal']);
    expect(stdout).toMatch(/\[1\] .*\(shop: knowledge\/prices\.csv, row 2\)\n/);
  });

  it('prints one answer as JSON', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { stdout } = await deployment.run(['chat', 'lamp-shop', '--once', question, '--json', '--trace']);
    expect(JSON.parse(stdout)).toMatchObject({
      formatVersion: 1,
      status: 'completed',
      turn: expect.stringMatching(/^turn_/),
      reply: { role: 'bot', channel: 'web', citations: [{ source: 'shop' }] },
      trace: { outcome: 'answered', channel: 'web' },
    });
  });

  it('talks line by line, streams, and keeps what was said', async () => {
    await using deployment = await makeDeployment(lampShop);
    const writes: string[] = [];
    const { code, stdout, stderr } = await deployment.run(['chat', 'lamp-shop'], {
      typed: `${question}\n/trace\n/help\n\n/quit\nnever asked\n`,
      onWrite: (written) => writes.push(written.stdout),
    });
    expect(code).toBe(0);
    expect(stdout).toContain('25 euros');
    expect(stdout.match(/25 euros/g)).toHaveLength(1);
    expect(writes.filter((written) => written !== '' && !written.includes('[1]')).length).toBeGreaterThan(1);
    expect(stderr).toMatch(/answered .*turn turn_/);
    expect(stderr).toContain('There is /trace and /quit.');

    const listed = JSON.parse((await deployment.run(['conversations', 'lamp-shop', '--json'])).stdout);
    expect(listed).toMatchObject({
      formatVersion: 1,
      tenant: 'lamp-shop',
      conversations: [{ channel: 'web', owner: 'bot', sessionState: 'active' }],
    });
    const id = listed.conversations[0].id;
    const one = JSON.parse((await deployment.run(['conversations', 'lamp-shop', id, '--json'])).stdout);
    const reply = one.messages.find(({ role }: { role: string }) => role === 'bot');
    expect((await deployment.run(['trace', reply.turn])).code).toBe(0);
    const shown = await deployment.run(['conversations', 'lamp-shop', id]);
    expect(shown.stdout).toContain(question);
    // The times are in UTC, and say so.
    expect(shown.stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ /m);
    expect(shown.stdout).not.toContain('never asked');
    const turn = /turn_\w+/.exec(shown.stdout)?.[0] ?? '';
    expect((await deployment.run(['trace', turn])).stdout).toMatch(
      /^answered .*\n.*total [\d.]+ m?s[\s\S]*retrieve[\s\S]*model/,
    );
    expect(JSON.parse((await deployment.run(['trace', turn, '--json'])).stdout)).toMatchObject({
      formatVersion: 1,
      tenant: 'lamp-shop',
      trace: { turn, outcome: 'answered', steps: expect.any(Array) },
    });
  });

  it('tells when a human owns the conversation', async () => {
    await using deployment = await makeDeployment(lampShop);
    const bot = `${lampShop['bots/lamp-shop/bot.yaml']}escalation:\n  - { when: asks-human, do: handoff }\n`;
    await deployment.write({ 'bots/lamp-shop/bot.yaml': bot });
    const { stderr } = await deployment.run(['chat', 'lamp-shop'], {
      typed: 'I want to talk to a human, please.\nHello?\n',
    });
    expect(stderr).toContain('(a human owns this conversation; the bot is silent)');
  });

  it.each([
    [['--channel', 'wob'], 'Did you mean "web"?'],
    [['--channel', 'none-like-it'], 'It has: web.'],
  ])('refuses a channel there is not: %j', async (words, sentence) => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stderr } = await deployment.run(['chat', 'lamp-shop', ...words, '--once', 'x']);
    expect(code).toBe(64);
    expect(stderr).toContain(sentence);
  });

  it('knows no turn that is not stored', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stderr } = await deployment.run(['trace', 'turn_0']);
    expect(code).toBe(64);
    expect(stderr).toContain('error CLI9007  No turn "turn_0" is stored');
  });

  it('says that nobody has written yet', async () => {
    await using deployment = await makeDeployment(lampShop);
    expect((await deployment.run(['conversations', 'lamp-shop'])).stdout).toBe(
      'Nobody has written to lamp-shop yet.\n',
    );
  });

  it('ends with 130 when it is interrupted', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code } = await deployment.run(['chat', 'lamp-shop', '--once', question], { signal: AbortSignal.abort() });
    expect(code).toBe(130);
  });
});
