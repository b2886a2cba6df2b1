import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Clock } from '../../core/contract/index.ts';
import { systemClock } from '../../core/kernel/system.ts';
import { deploy } from './deployment.ts';

const dayMs = 86_400_000;
const signal = new AbortController().signal;

/** Days ahead; the first cleaning comes at once. */
function ahead(days: number): Clock {
  return {
    ...systemClock,
    now: () => systemClock.now() + days * dayMs,
    sleep: (ms, ...rest) => systemClock.sleep(ms === 60_000 ? 10 : ms, ...rest),
  };
}

function bot(retention: string | undefined): string {
  const pii = retention === undefined ? '' : `guardrails: { pii: { retention: ${retention} } }\n`;
  return `polyphon: 1\nname: Lamps\nchannels: { web: { use: web-chat } }\n${pii}`;
}

it('is that of the definition that served last, after a restart without the folder', async () => {
  const before = await deploy({
    keep: 'yes',
    files: { 'short/bot.yaml': bot('90d'), 'long/bot.yaml': bot('90d'), 'never/bot.yaml': bot(undefined) },
  });
  const { directory, botsDirectory, dataDirectory } = before;
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await before.write('short/bot.yaml', bot('30d'));
  expect((await before.application.kernel.reload('short', signal)).outcome).toBe('swapped');
  const { store, conversations } = before.application;
  for (const tenantId of ['short', 'long', 'never']) {
    const web = conversations.conversationsOf(tenantId, 'web');
    const { session } = await web.createSession({}, signal);
    const message = { id: 'one', text: 'Hello', conversation: session.id, contact: { id: session.id } };
    await conversations.deliverer(tenantId, 'web')([message]);
    await vi.waitFor(() => expect(store.forTenant(tenantId).inbox.allOpen()).toEqual([]), 10_000);
    await rm(join(botsDirectory, tenantId), { recursive: true });
  }
  // One is seen to go, the others are gone when the next process begins.
  expect((await before.application.kernel.reload('short', signal)).outcome).toBe('removed');
  await before[Symbol.asyncDispose]();

  await using after = await deploy({ botsDirectory, dataDirectory, clock: ahead(40) });
  const left = (tenantId: string) => after.application.store.forTenant(tenantId).people.list({ limit: 10 }).length;
  await vi.waitFor(() => expect(left('short')).toBe(0), 10_000);
  await vi.waitFor(() => expect(after.lines.join()).toContain('what was said long ago was erased'), 10_000);
  expect([left('long'), left('never')]).toEqual([1, 1]);
});
