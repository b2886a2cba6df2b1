import { expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

const overlaid = { ...lampShop, 'bots/lamp-shop/bot.production.yaml': 'polyphon: 1\nname: The lamp shop, live\n' };

it('merges the overlay of the environment without a word', async () => {
  await using deployment = await makeDeployment(overlaid);
  const { stdout, stderr } = await deployment.run(['config', 'lamp-shop', '--json', '--env', 'production']);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ name: { en: 'The lamp shop, live' } });
});

it('warns where no bot has anything for the environment', async () => {
  await using deployment = await makeDeployment(overlaid);
  const { code, stderr } = await deployment.run(['validate', '--env', 'prodution']);
  expect(code).toBe(0);
  expect(stderr).toBe(
    '! No bot has a bot.prodution.yaml, so the environment changes nothing. Did you mean "production"?\n',
  );
  const other = await deployment.run(['validate'], { env: { POLYPHON_ENV: 'staging' } });
  expect(other.stderr).toContain('There are overlays for: production.');
});

it('takes an environment of the machine where no bot has overlays', async () => {
  await using deployment = await makeDeployment(lampShop);
  expect((await deployment.run(['validate'], { env: { POLYPHON_ENV: 'staging' } })).stderr).toBe('');
});

it.each(['../x', '', 'a b'])('refuses %j as an environment', async (name) => {
  await using deployment = await makeDeployment(lampShop);
  const { code, stderr } = await deployment.run(['validate', '--env', name]);
  expect(code).toBe(64);
  expect(stderr).toContain(`--env: "${name}" cannot be an environment`);
});
