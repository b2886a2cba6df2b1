import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

const oneFails = {
  ...lampShop,
  'bots/lamp-shop/tests/wrong.yaml': `polyphon: 1
cases:
  - name: a price that is wrong
    turns:
      - { user: How much does a repair of a lamp cost?, expect: { contains: ["99 euros"], cites: [shop] } }
      - { user: Never asked? }
`,
};

describe('polyphon test', () => {
  it('runs the cases of the bots through the engine, and leaves no trace in the data folder', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stdout } = await deployment.run(['test']);
    expect(stdout).toMatch(/^lamp-shop\n {2}✓ the price of a repair {2}.*\n {2}✓ what nobody knows/);
    expect(stdout).toMatch(/\n2 passed, 0 failed {2}100 % of 2 cases, 100 % needed\n$/);
    expect(code).toBe(0);
    expect(existsSync(join(deployment.path, 'data/polyphon.db'))).toBe(false);
  });

  it('shows what was said and what was expected, and ends with 100', async () => {
    await using deployment = await makeDeployment(oneFails);
    const { code, stdout } = await deployment.run(['test']);
    expect(code).toBe(100);
    expect(stdout).toContain('✗ a price that is wrong');
    expect(stdout).toMatch(/contact {2}How much does a repair of a lamp cost\?\n {6}bot {6}.*25 euros/);
    expect(stdout).toContain('→ expected “99 euros” in the answer  tests/wrong.yaml:5');
    expect(stdout).not.toContain('Never asked?');
    expect(stdout).toContain('2 passed, 1 failed  67 % of 3 cases');
  });

  it('is content with the share that must pass', async () => {
    await using deployment = await makeDeployment(oneFails);
    expect((await deployment.run(['test', '--min-pass', '60'])).code).toBe(0);
    expect((await deployment.run(['test', '--min-pass', '0.7'])).code).toBe(100);
  });

  it('runs only the cases that are named', async () => {
    await using deployment = await makeDeployment(oneFails);
    const { code, stdout } = await deployment.run(['test', '--only', 'NOBODY']);
    expect(code).toBe(0);
    expect(stdout).toContain('1 passed, 0 failed');
  });

  it('refuses a filter that picks nothing, so that a slip of the pen makes no CI green', async () => {
    await using deployment = await makeDeployment(oneFails);
    const { code, stdout, stderr } = await deployment.run(['test', '--only', 'Repiar']);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      'error CLI9001  --only: none of 3 cases has "Repiar" in its name, and nothing was tested. Did you mean "repair"?\n',
    );
  });

  it('prints JUnit', async () => {
    await using deployment = await makeDeployment(oneFails);
    const { stdout } = await deployment.run(['test', '--format', 'junit']);
    expect(stdout).toMatch(/^<\?xml .*\n<testsuites name="polyphon" tests="3" failures="1"/);
  });

  it('prints JSON', async () => {
    await using deployment = await makeDeployment(oneFails);
    const { stdout } = await deployment.run(['test', '--format', 'json']);
    const printed = JSON.parse(stdout);
    expect(printed).toMatchObject({ formatVersion: 1, passed: 2, failed: 1, minPass: 100 });
    expect(printed.cases[2]).toMatchObject({
      tenantId: 'lamp-shop',
      name: 'a price that is wrong',
      passed: false,
      reasons: ['expected “99 euros” in the answer'],
    });
  });

  it('ends with 65 when a test file has mistakes', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/lamp-shop/tests/x.yaml': 'polyphon: 1\ncases: [{ nam: a }]\n',
    });
    const { code, stderr } = await deployment.run(['test']);
    expect(code).toBe(65);
    expect(stderr).toContain('tests/x.yaml:2:');
    expect(stderr).toContain('error CLI9008');
  });

  it('says where tests would be', async () => {
    await using deployment = await makeDeployment({
      'bots/plain/bot.yaml':
        'polyphon: 1\nname: Plain\nlanguages: { default: en }\nchannels: { web: { use: web-chat } }\n',
    });
    const { code, stdout } = await deployment.run(['test']);
    expect(code).toBe(0);
    expect(stdout).toContain('No tests.');
  });
});
