import { expect, it } from 'vitest';
import { systemClock } from '../../../../core/kernel/system.ts';
import type { FakePage } from '../../../kit/fake-website.ts';
import { openWebsite, page, pathsOf, startSite, versionsOf } from './open-website.ts';

it('ends in traps: calendars without end, repeated steps, parameters in any number', async () => {
  const pages: Record<string, FakePage> = {};
  for (let month = 0; month < 60; month += 1)
    pages[`/calendar?month=${month}`] = page(`Month ${month}`, [`/calendar?month=${month + 1}`]);
  const site = await startSite({
    '/': page('Home', ['/calendar?month=0', '/a/b/a/b/a/b', '/list?a=1&b=2&c=3&d=4&e=5&f=6&g=7']),
    ...pages,
  });
  const deep = await openWebsite({ url: site.origin, allow: [site.address], depth: 3 });
  expect(pathsOf(await deep.list())).toHaveLength(4);
  const many = await openWebsite({ url: site.origin, allow: [site.address], depth: 50, maxPages: 10 });
  expect(pathsOf(await many.list())).toHaveLength(10);
  expect(site.visited()).not.toContain('/a/b/a/b/a/b');
});

it('waits between requests, longer where robots.txt asks for it', async () => {
  const site = await startSite({
    '/robots.txt': 'User-agent: *\nCrawl-delay: 2',
    '/': page('Home', ['/a']),
    '/a': page('A'),
  });
  const waits: number[] = [];
  let nowMs = 0;
  const clock = {
    ...systemClock,
    monotonicMs: () => nowMs,
    sleep: (ms: number) => {
      waits.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const { list } = await openWebsite({ url: site.origin, allow: [site.address], clock, delay: '500ms' });
  await list();
  // robots.txt itself is followed by the entry's own delay; then first page, sitemap and /a wait two seconds.
  expect(waits).toEqual([500, 2000, 2000]);
});

it('keeps what it did not reach when its time is over', async () => {
  const site = await startSite({ '/': page('Home', ['/a', '/b']), '/a': page('A'), '/b': page('B') });
  const before = versionsOf(await (await openWebsite({ url: site.origin, allow: [site.address] })).list());
  let limit: AbortController | undefined;
  const clock = {
    ...systemClock,
    deadline: (ms: number) => {
      if (ms !== 60_000) return systemClock.deadline(ms);
      limit = new AbortController();
      return { signal: limit.signal, [Symbol.dispose]: () => undefined };
    },
  };
  const { source, log } = await openWebsite({ url: site.origin, allow: [site.address], clock, maxDuration: '60s' });
  const ids: string[] = [];
  for await (const { id } of source.list(new AbortController().signal, before)) {
    ids.push(id);
    limit?.abort();
  }
  expect(ids.sort()).toEqual([...before.keys()].sort());
  expect(log.lines.some(({ message }) => message === 'reading a website ended at a limit')).toBe(true);
});

it('stops at once when it is told to', async () => {
  const site = await startSite({ '/': page('Home', ['/silent']), '/silent': { silent: 'yes' } });
  const { source } = await openWebsite({ url: site.origin, allow: [site.address] });
  const stop = new AbortController();
  const listing = (async () => {
    for await (const _ of source.list(stop.signal)) setTimeout(() => stop.abort(new Error('stopped')), 50);
  })();
  await expect(listing).rejects.toThrow('stopped');
});

it('says that it read no more pages than it may, where there are more', async () => {
  const site = await startSite({ '/': page('Home', ['/a', '/b', '/c.png']), '/a': page('A'), '/b': page('B') });
  const open = (maxPages: number) => openWebsite({ url: site.origin, allow: [site.address], maxPages });
  const told = { level: 'warn', message: 'reading a website ended at a limit' };
  const few = await open(2);
  await few.list();
  expect(few.log.lines).toContainEqual(
    expect.objectContaining({ ...told, fields: { limit: 'maxPages', documents: 2 } }),
  );
  const all = await open(3);
  await all.list();
  expect(all.log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
});
