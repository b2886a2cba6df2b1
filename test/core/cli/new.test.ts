import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { starters } from '../../../core/cli/scaffold/starters.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';

describe('polyphon new', () => {
  it.each(Object.keys(starters))(
    'makes a bot in %s that validates, answers and passes its own test',
    async (language) => {
      await using deployment = await makeDeployment();
      const made = await deployment.run(['new', 'my-bot', '--language', language]);
      expect(made.code).toBe(0);
      expect(made.stdout.split('\n')).toContain('bots/my-bot/bot.yaml');
      expect(made.stderr).toContain('polyphon chat my-bot --once');
      const file = join(deployment.path, 'bots/my-bot/bot.yaml');
      const [, schema = ''] = /\$schema=(\S+)/.exec(await readFile(file, 'utf8')) ?? [];
      expect(JSON.parse(await readFile(join(dirname(file), schema), 'utf8'))).toHaveProperty('properties.channels');
      const validated = await deployment.run(['validate', '--strict']);
      expect(validated).toMatchObject({ code: 0 });
      const tested = await deployment.run(['test', 'my-bot']);
      expect(tested.stdout).toContain('1 passed');
      expect(tested.code).toBe(0);
    },
  );

  it('brings the template along, and makes one without any', async () => {
    await using deployment = await makeDeployment();
    await deployment.run(['new', 'one']);
    expect(await readFile(join(deployment.path, 'bots/one/bot.yaml'), 'utf8')).toContain(
      'extends: [ _templates/base ]',
    );
    expect(await readFile(join(deployment.path, 'bots/_templates/base.yaml'), 'utf8')).toContain('polyphon: 1');
    await deployment.run(['new', 'two', '--template', 'blank', '--name', 'Käse & Brot: "gut"']);
    expect(await readFile(join(deployment.path, 'bots/two/bot.yaml'), 'utf8')).not.toContain('extends');
    expect((await deployment.run(['validate', '--strict'])).code).toBe(0);
  });

  it('never overwrites', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stderr } = await deployment.run(['new', 'lamp-shop']);
    expect(code).toBe(64);
    expect(stderr).toContain('CLI9005');
    expect(await readFile(join(deployment.path, 'bots/lamp-shop/bot.yaml'), 'utf8')).toBe(
      lampShop['bots/lamp-shop/bot.yaml'],
    );
  });

  it.each(['../evil', 'Größe', '-a', 'a/b', '_templates', 'x'.repeat(64)])('refuses the name %s', async (name) => {
    await using deployment = await makeDeployment();
    const { code } = await deployment.run(['new', '--', name]);
    expect(code).toBe(64);
  });

  it('suggests a template', async () => {
    await using deployment = await makeDeployment();
    const { code, stderr } = await deployment.run(['new', 'a', '--template', 'bas']);
    expect(code).toBe(64);
    expect(stderr).toContain('Did you mean "base"?');
  });
});
