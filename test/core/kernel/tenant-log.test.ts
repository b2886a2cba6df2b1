import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readSettings } from '../../../core/config/settings.ts';
import { createApplication } from '../../../core/kernel/application.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { createLog } from '../../../core/observe/log.ts';
import { createMetrics } from '../../../core/observe/metrics.ts';

it('hides in a bot’s log what its definition names under redactLogs, by default both', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-log-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const bots = { plain: '', open: 'guardrails: { pii: { redactLogs: [email] } }\n' };
  for (const [id, more] of Object.entries(bots)) {
    await mkdir(join(directory, 'bots', id), { recursive: true });
    const bot = `polyphon: 1\nname: Lamps\nlanguages: { default: en }\nchannels: { web: { use: web-chat } }\n${more}`;
    await writeFile(join(directory, 'bots', id, 'bot.yaml'), bot);
  }
  const { signal } = new AbortController();
  const { settings } = await readSettings({ path: join(directory, 'none.yaml'), overrides: {}, env: {}, signal });
  const log = createLog({ level: 'silent', format: 'json', write: () => {} });
  const hidden = new Map<string, readonly string[] | undefined>();
  await using application = await createApplication({
    settings,
    botsDirectory: join(directory, 'bots'),
    dataDirectory: join(directory, 'data'),
    env: {},
    projectDirectory: directory,
    log: {
      ...log,
      forTenant: (tenantId, secretValues, kinds) => {
        hidden.set(tenantId, kinds);
        return log.forTenant(tenantId, secretValues, kinds);
      },
    },
    metrics: createMetrics(),
    clock: systemClock,
    random: systemRandom,
    signal,
  });
  await application.kernel.start(signal);
  expect(Object.fromEntries(hidden)).toEqual({ plain: ['phone', 'email'], open: ['email'] });
});
