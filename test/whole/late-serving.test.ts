import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeRig } from '../core/conversation/rig.ts';
import { FakeClock, settled, startFakeTelegram } from '../kit/index.ts';
import { botYaml, tokens } from '../plugins/channels/telegram/telegram-deployment.ts';
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
