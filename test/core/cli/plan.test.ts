import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

const edited = lampShop['bots/lamp-shop/bot.yaml']
  .replace('Hello, this', 'Welcome, this')
  .replace('  web:', '  shop_window: { use: web-chat }\n  web:');

describe('polyphon plan and apply', () => {
  it('shows a bot that was never applied, applies it, and then sees no changes', async () => {
    await using deployment = await makeDeployment(lampShop);
    const first = await deployment.run(['plan']);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(
      /^lamp-shop {2}new bot {2}never applied -> [0-9a-f]{7}\n {2}channels\n {4}\+ channels\.web added: web-chat/,
    );
    expect(first.stdout).toContain('1 added; 0 unchanged');
    expect((await deployment.run(['plan', '--exit-code'])).code).toBe(2);

    const applied = await deployment.run(['apply']);
    expect(applied.code).toBe(0);
    expect(applied.stdout).toContain('✓ 1 bot applied.');
    expect(await deployment.run(['plan', '--exit-code'])).toMatchObject({
      code: 0,
      stdout: 'No changes: 1 bot as applied.\n',
      stderr: '',
    });
  });

  it('shows changes by section, and changes nothing by looking', async () => {
    await using deployment = await makeDeployment(lampShop);
    await deployment.run(['apply']);
    await deployment.write({
      'bots/lamp-shop/bot.yaml': edited,
      'bots/lamp-shop/knowledge/shop.md': '# Repairs\n\nA repair costs 30 euros.\n',
    });
    for (let look = 0; look < 2; look += 1) {
      const { code, stdout } = await deployment.run(['plan', '--exit-code']);
      expect(code).toBe(2);
      expect(stdout).toContain('lamp-shop  2 changes');
      expect(stdout).toMatch(/prompts\n {4}~ prompts\.greeting\.en Hello, this .* -> Welcome, this/);
      expect(stdout).toMatch(/channels\n {4}\+ channels\.shop_window added/);
      expect(stdout).toMatch(/documents\n {4}~ 1 changed; 0 unchanged/);
    }
    // Talking to a bot is not serving it.
    await deployment.run(['chat', 'lamp-shop', '--once', 'Hello']);
    expect((await deployment.run(['plan', '--exit-code'])).code).toBe(2);
  });

  it('prints JSON', async () => {
    await using deployment = await makeDeployment(lampShop);
    await deployment.run(['apply']);
    await deployment.write({ 'bots/lamp-shop/bot.yaml': edited });
    const printed = JSON.parse((await deployment.run(['plan', '--json'])).stdout);
    expect(printed).toMatchObject({
      formatVersion: 1,
      changes: true,
      tenants: [
        { tenant: 'lamp-shop', state: 'changed', documents: { added: 0, changed: 0, removed: 0, unchanged: 1 } },
      ],
    });
    expect(printed.tenants[0].changes).toHaveLength(2);
    expect(printed.tenants[0].from.revision).not.toBe(printed.tenants[0].to);
  });

  it('shows a bot whose folder is gone, once, until that is applied; a name brings it back as a new bot', async () => {
    const other = lampShop['bots/lamp-shop/bot.yaml'];
    await using deployment = await makeDeployment({ ...lampShop, 'bots/old-shop/bot.yaml': other });
    await deployment.run(['apply']);
    await rm(join(deployment.path, 'bots/old-shop'), { recursive: true });

    const looked = await deployment.run(['plan', '--exit-code']);
    expect(looked.code).toBe(2);
    expect(looked.stdout).toMatch(/^old-shop {2}removed {2}[0-9a-f]{7}, applied .+ -> no folder/);
    expect(JSON.parse((await deployment.run(['plan', 'old-shop', '--json'])).stdout)).toMatchObject({
      changes: true,
      tenants: [{ tenant: 'old-shop', state: 'removed', to: null, diagnostics: [] }],
    });

    expect((await deployment.run(['apply'])).stdout).toContain('✓ 1 bot applied.');
    expect((await deployment.run(['plan', '--exit-code'])).code).toBe(0);
    await deployment.write({ 'bots/old-shop/bot.yaml': other });
    expect((await deployment.run(['plan'])).stdout).toMatch(/^old-shop {2}new bot {2}never applied/);
  });

  it('applies nothing while one bot has errors', async () => {
    await using deployment = await makeDeployment({ ...lampShop, 'bots/bad/bot.yaml': 'polyphon: 1\nnme: Bad\n' });
    const { code, stderr } = await deployment.run(['apply']);
    expect(code).toBe(65);
    expect(stderr).toContain('Nothing was applied, because of the errors above in: bad.');
    expect((await deployment.run(['plan', 'lamp-shop', '--exit-code'])).code).toBe(2);
    expect((await deployment.run(['apply', 'lamp-shop'])).code).toBe(0);
  });

  it('ends with 1, and says what is applied and what could not be read, until that is corrected', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/sofa-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace('*.md', '*.{md,pdf}'),
      'bots/sofa-shop/knowledge/broken.pdf': 'this is no PDF',
      'bots/sofa-shop/tests/shop.yaml': lampShop['bots/lamp-shop/tests/shop.yaml'],
    });
    const unread = 'sofa-shop: the definition is applied; 1 document could not be read.';
    const first = await deployment.run(['apply']);
    expect(first.code).toBe(1);
    expect(first.stdout).toContain('✓ 1 bot applied.');
    expect(first.stderr).toContain('✗ shop: knowledge/broken.pdf  KNW8003');
    expect(first.stderr).toContain(unread);

    // Nothing has changed, and it still cannot be read.
    const second = await deployment.run(['apply']);
    expect(second).toMatchObject({ code: 1, stdout: 'No changes: 2 bots as applied.\n' });
    expect(second.stderr).toContain(unread);
    const printed = await deployment.run(['apply', '--json']);
    expect(printed.code).toBe(1);
    expect(JSON.parse(printed.stdout).tenants).toMatchObject([
      { tenant: 'lamp-shop', failures: [] },
      { tenant: 'sofa-shop', failures: [{ source: 'shop', document: 'knowledge/broken.pdf', code: 'KNW8003' }] },
    ]);

    await rm(join(deployment.path, 'bots/sofa-shop/knowledge/broken.pdf'));
    await deployment.write({ 'bots/sofa-shop/knowledge/whole.md': '# Sofas\n\nA sofa costs 900 euros.\n' });
    expect(await deployment.run(['apply'])).toMatchObject({ code: 0, stderr: '' });
  });
});
