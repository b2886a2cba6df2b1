import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { botYaml, deployTelegram } from '../plugins/channels/telegram/telegram-deployment.ts';

const never = new AbortController().signal;

it('opens nothing any more for a definition that is being read when the process stops', async () => {
  const rig = await deployTelegram();
  const { telegram, deployment } = rig;
  const { kernel } = deployment.application;
  await deployment.write('acme/bot.yaml', botYaml(telegram, `\${secret:token}`).replace('Lamps', 'Candles'));
  const reloading = kernel.reload('acme', never);
  const [reloaded] = await Promise.allSettled([reloading, rig[Symbol.asyncDispose]()]);
  expect(reloaded).toMatchObject({ status: 'rejected', reason: { code: 'TEN2104' } });
});

it('serves a bot whose folder was gone, and was there again, while the first was being read', async () => {
  await using rig = await deployTelegram();
  const { deployment } = rig;
  const { kernel } = deployment.application;
  const folder = join(deployment.botsDirectory, 'acme');
  const aside = join(deployment.directory, 'acme');
  renameSync(folder, aside);
  const gone = kernel.reload('acme', never);
  void gone.then(() => renameSync(aside, folder));
  const back = kernel.reload('acme', never);
  expect([(await gone).outcome, (await back).outcome]).toEqual(['removed', 'added']);
  expect(kernel.tenant('acme').revision).toBeDefined();
});
