import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { makeRig } from '../core/conversation/rig.ts';
import { FakeClock, settled, startFakeTelegram } from '../kit/index.ts';
import { botYaml, deployTelegram, tokens } from '../plugins/channels/telegram/telegram-deployment.ts';
import { deploy } from './deployment.ts';

/** What a process leaves that ends before it has answered. */
async function leaveUnanswered(path: string): Promise<void> {
  await using rig = await makeRig({ path, clock: new FakeClock(Date.now() - 60_000) });
  await rig.sms('What does the blue lamp cost?', { conversation: '4711', contact: { id: '4711' } });
  await settled();
}

it('answers what was left of a bot whose definition had a mistake at the start, once that is corrected', async () => {
  await using telegram = await startFakeTelegram();
  telegram.bot(tokens.acme, 'acme_bot');
  await using deployment = await deploy({
    settings: `polyphon: 1\nhttp: { allowPrivate: ["${telegram.host}"] }\n`,
    prepare: (directory) => leaveUnanswered(join(directory, 'data', 'polyphon.db')),
  });
  const { kernel } = deployment.application;
  const files = {
    'acme/.secrets.yaml': `token: "${tokens.acme}"\nhook: a-secret-of-the-test\n`,
    'acme/knowledge/lamps.md': '# Prices\n\nThe blue lamp costs 40 euros.\n',
    'acme/bot.yaml': 'polyphon: 1\nname: [Lamps\n',
  };
  for (const [path, text] of Object.entries(files)) await deployment.write(path, text);
  const never = new AbortController().signal;
  expect((await kernel.reload('acme', never)).outcome).toBe('rejected');
  await deployment.write('acme/bot.yaml', botYaml(telegram, '${secret:token}').replace('  tg:', '  sms:'));
  expect((await kernel.reload('acme', never)).outcome).toBe('added');
  await telegram.saw(1);
  expect(telegram.sent).toMatchObject([{ chatId: 4711, text: expect.stringContaining('40 euros') }]);
});

it('sends what waited when the folder of its bot was replaced', async () => {
  await using rig = await deployTelegram();
  const { telegram, deployment, acme } = rig;
  const { kernel } = deployment.application;
  telegram.meet({
    kind: 'refuse',
    status: 429,
    description: 'Too Many Requests: retry after 1',
    parameters: { retry_after: 1 },
  });
  await telegram.deliver(acme, acme.update(4711, { text: 'What does the blue lamp cost?' }));
  await telegram.called('sendMessage', 1);
  const never = new AbortController().signal;
  const folder = join(deployment.botsDirectory, 'acme');
  const aside = join(deployment.directory, 'acme');
  await rename(folder, aside);
  expect((await kernel.reload('acme', never)).outcome).toBe('removed');
  await vi.waitFor(() => expect(deployment.lines.join()).toContain('a message waits for its channel'), 10_000);
  await rename(aside, folder);
  expect((await kernel.reload('acme', never)).outcome).toBe('added');
  await telegram.saw(1);
  expect(telegram.sent).toMatchObject([{ chatId: 4711, text: expect.stringContaining('40 euros') }]);
});
