import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lampShop, makeDeployment } from './deployment-folder.ts';

const withSecret = {
  ...lampShop,
  'bots/lamp-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace(
    'languages:',
    `extends: [_templates/shop]\nvars: { key: "\${secret:shop_key}" }\nlanguages:`,
  ),
  'bots/_templates/shop.yaml': 'polyphon: 1\nsession: { history: 12 }\n',
  'bots/lamp-shop/.secrets.yaml': 'shop_key: sesame-open-4711\n',
};

describe('polyphon config', () => {
  it('prints the merged definition as YAML, without a secret', async () => {
    await using deployment = await makeDeployment(withSecret);
    const { code, stdout, stderr } = await deployment.run(['config', 'lamp-shop']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(parse(stdout)).toMatchObject({ session: { history: 12 }, channels: { web: { use: 'web-chat' } } });
    expect(stdout).not.toContain('sesame');
  });

  it('says where each value comes from', async () => {
    await using deployment = await makeDeployment(withSecret);
    const { stdout } = await deployment.run(['config', 'lamp-shop', '--origin']);
    expect(stdout).toMatch(/history: 12 # .*bots\/_templates\/shop\.yaml:2:\d+/);
    expect(stdout).toMatch(/use: web-chat # .*bots\/lamp-shop\/bot\.yaml:\d+:\d+/);
    expect(stdout).toMatch(/use: offline # default/);
    expect(parse(stdout)).toMatchObject({ session: { history: 12 } });
  });

  it('prints JSON', async () => {
    await using deployment = await makeDeployment(withSecret);
    const { stdout } = await deployment.run(['config', 'lamp-shop', '--origin', '--json']);
    const { definition, origins } = JSON.parse(stdout);
    expect(definition.session.history).toBe(12);
    expect(origins['session.history']).toContain('_templates/shop.yaml:2:');
  });

  it('asks whether another bot was meant', async () => {
    await using deployment = await makeDeployment(lampShop);
    expect((await deployment.run(['config', 'lamp-shp'])).code).toBe(64);
  });
});
