import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type BotChange, watchBots } from '../../../core/config/watch-bots.ts';
import { type BotsFolder, makeBots } from './bots-folder.ts';

const stopping: AbortController[] = [];
afterEach(() => {
  for (const each of stopping.splice(0)) each.abort();
});

/** Watches, and gives the change that follows from `change`; written again until the watcher has begun to see. */
async function changeOf(
  bots: BotsFolder,
  change: (attempt: number) => void,
  files: readonly string[] = [],
): Promise<BotChange> {
  const stop = new AbortController();
  stopping.push(stop);
  const changes = watchBots({ botsDirectory: bots.path, files }, stop.signal)[Symbol.asyncIterator]();
  const next = changes.next();
  let attempt = 0;
  const timer = setInterval(() => change(attempt++), 250);
  const { value } = await next;
  clearInterval(timer);
  stop.abort();
  return value as BotChange;
}

it.each([
  ['x/bot.yaml', 'x', 'definition'],
  ['x/bot.local.yaml', 'x', 'definition'],
  ['x/.secrets.yaml', 'x', 'definition'],
  ['x/prompts/deep/a.md', 'x', 'definition'],
  ['x/tests/a.yaml', 'x', 'definition'],
  ['x/knowledge/a.md', 'x', 'document'],
  ['x/knowledge/bot.yaml', 'x', 'document'],
  ['_templates/base.yaml', '*', 'definition'],
] as const)('a change of %s concerns %s as a %s', async (path, tenantId, kind) => {
  using bots = makeBots({ 'x/bot.yaml': '', [path]: '' });
  const change = await changeOf(bots, (attempt) => bots.write({ [path]: `${attempt}` }));
  expect(change).toEqual({ tenantId, kind, paths: [join(bots.path, path)] });
});

it('a file outside, such as the settings, concerns every tenant', async () => {
  using bots = makeBots({ 'x/bot.yaml': '' });
  using other = makeBots({ 'polyphon.yaml': '' });
  const file = join(other.path, 'polyphon.yaml');
  const change = await changeOf(bots, (attempt) => other.write({ 'polyphon.yaml': `${attempt}` }), [file]);
  expect(change).toEqual({ tenantId: '*', kind: 'definition', paths: [file] });
});

it('what an editor leaves behind is no change, and a removed tenant is one', async () => {
  using bots = makeBots({ 'x/bot.yaml': '', 'y/bot.yaml': '' });
  const change = await changeOf(bots, (attempt) => {
    bots.write({ 'x/bot.yaml~': `${attempt}`, 'x/.bot.yaml.swp': `${attempt}`, 'x/4913': `${attempt}` });
    if (attempt === 3) rmSync(join(bots.path, 'y'), { recursive: true });
  });
  expect(change).toMatchObject({ tenantId: 'y', kind: 'definition' });
});

it('ends when the signal aborts', async () => {
  using bots = makeBots({ 'x/bot.yaml': '' });
  const stop = new AbortController();
  const ended = (async () => {
    for await (const _change of watchBots({ botsDirectory: bots.path }, stop.signal));
    return 'ended';
  })();
  stop.abort();
  expect(await ended).toBe('ended');
});

/** Changes one after the other; `until` acts until there is one that `wanted` takes. */
function follow(path: string) {
  const stop = new AbortController();
  stopping.push(stop);
  const changes = watchBots({ botsDirectory: path }, stop.signal)[Symbol.asyncIterator]();
  return async (wanted: (change: BotChange) => boolean, act: () => void) => {
    const timer = setInterval(act, 250);
    try {
      for (;;) {
        const { value } = await changes.next();
        if (wanted(value as BotChange)) return;
      }
    } finally {
      clearInterval(timer);
    }
  };
}
const all = ({ tenantId }: BotChange) => tenantId === '*';
const ofX = ({ tenantId }: BotChange) => tenantId === 'x';

it('goes on with the directory that takes the place of the one before', async () => {
  using bots = makeBots({ 'live/x/bot.yaml': '', 'next/x/bot.yaml': '' });
  const live = join(bots.path, 'live');
  const until = follow(live);
  let written = 0;
  const write = () => bots.write({ 'live/x/bot.yaml': `${written++}` });
  await until(ofX, write);
  renameSync(live, join(bots.path, 'before'));
  renameSync(join(bots.path, 'next'), live);
  await until(all, () => undefined);
  await until(ofX, write);
}, 20_000);

it('goes on with the directory that a link has been turned to', async () => {
  using bots = makeBots({ 'one/x/bot.yaml': '', 'two/x/bot.yaml': '' });
  const live = join(bots.path, 'live');
  symlinkSync('one', live);
  const until = follow(live);
  let written = 0;
  await until(ofX, () => bots.write({ 'one/x/bot.yaml': `${written++}` }));
  symlinkSync('two', join(bots.path, 'turned'));
  renameSync(join(bots.path, 'turned'), live);
  await until(all, () => undefined);
  await until(ofX, () => bots.write({ 'two/x/bot.yaml': `${written++}` }));
}, 20_000);

it('files of one tenant that change together are one change', async () => {
  using bots = makeBots({ 'x/bot.yaml': '', 'x/knowledge/a.md': '' });
  let written = 0;
  // Written again where a busy machine told of the two far apart.
  await follow(bots.path)(
    ({ tenantId, kind, paths }) => tenantId === 'x' && kind === 'definition' && paths.length === 2,
    () => {
      written += 1;
      bots.write({ 'x/knowledge/a.md': `${written}`, 'x/bot.yaml': `${written}` });
    },
  );
});
