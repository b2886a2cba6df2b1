import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { systemClock } from '../../../../core/kernel/system.ts';
import { openWebsite, page, pathsOf, startSite, textOf, versionsOf } from './open-website.ts';

it('follows links from the first page and gives each page its main part with title and language', async () => {
  const site = await startSite({
    '/': page('Home', ['/prices', '/about#team', '/about?utm_source=mail', 'mailto:a@b.example', '/logo.png']),
    '/prices': page('Preise', ['/'], { language: 'de', text: 'Eine Krone kostet 480 Euro.' }),
    '/about': page('About us'),
  });
  const { list } = await openWebsite({ url: site.origin, allow: [site.address] });
  const documents = await list();
  expect(pathsOf(documents)).toEqual(['/', '/about', '/prices']);
  expect(site.visited()).toEqual(['/', '/prices', '/about']);
  const prices = documents.find(({ id }) => id.endsWith('/prices'));
  expect(prices).toMatchObject({ mediaType: 'text/html', url: `${site.origin}/prices` });
  const html = await textOf(prices);
  expect(html).toContain('<html lang="de">');
  expect(html).toContain('<title>Preise</title>');
  expect(html).toContain('480 Euro');
  expect(html).not.toContain('Imprint');
  expect(html).not.toContain('cookies');
});

it('obeys robots.txt, noindex and nofollow in page and header', async () => {
  const site = await startSite({
    '/robots.txt': 'User-agent: *\nDisallow: /\n\nUser-agent: Polyphon\nDisallow: /private\nAllow: /private/open\n',
    '/': page('Home', ['/private/x', '/private/open', '/hidden', '/dead-end', '/header', '/other-bot']),
    '/private/x': page('Secret'),
    '/private/open': page('Open'),
    '/hidden': page('Hidden', ['/behind-hidden'], { head: '<meta name="robots" content="noindex">' }),
    '/behind-hidden': page('Behind hidden'),
    '/dead-end': page('Dead end', ['/behind'], { head: '<meta name="robots" content="nofollow">' }),
    '/behind': page('Behind'),
    '/header': { html: page('Header'), headers: { 'x-robots-tag': 'polyphon: noindex' } },
    '/other-bot': { html: page('Other bot'), headers: { 'x-robots-tag': 'otherbot: noindex' } },
  });
  const { list } = await openWebsite({ url: site.origin, allow: [site.address] });
  expect(pathsOf(await list())).toEqual(['/', '/behind-hidden', '/dead-end', '/other-bot', '/private/open']);
  expect(site.visited()).not.toContain('/private/x');
});

it('refuses a site that forbids its first page, and one whose robots.txt cannot be had', async () => {
  const forbidding = await startSite({ '/robots.txt': 'User-agent: *\nDisallow: /', '/': page('Home') });
  const one = await openWebsite({ url: forbidding.origin, allow: [forbidding.address] });
  await expect(one.list()).rejects.toMatchObject({ code: 'SRC8102' });
  expect(forbidding.visited()).toEqual([]);

  const broken = await startSite({ '/robots.txt': { status: 503, body: '' }, '/': page('Home') });
  const other = await openWebsite({ url: broken.origin, allow: [broken.address] });
  await expect(other.list()).rejects.toMatchObject({ code: 'SRC8101' });
  expect(broken.visited()).toEqual([]);
});

it('reads sitemaps that robots.txt names, through an index and gzip', async () => {
  const site = await startSite({ '/': page('Home'), '/a': page('A'), '/b': page('B') });
  const map = (path: string) =>
    `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>${site.origin}${path}</loc></url></urlset>`;
  site.set('/robots.txt', `Sitemap: ${site.origin}/index-sitemap.xml`);
  site.set(
    '/index-sitemap.xml',
    `<sitemapindex><sitemap><loc>${site.origin}/sitemap-a.xml</loc></sitemap><sitemap><loc>${site.origin}/sitemap-b.xml.gz</loc></sitemap><sitemap><loc>${site.origin}/index-sitemap.xml</loc></sitemap></sitemapindex>`,
  );
  site.set('/sitemap-a.xml', map('/a'));
  site.set('/sitemap-b.xml.gz', { body: gzipSync(map('/b')), type: 'application/gzip' });
  const { list } = await openWebsite({ url: site.origin, allow: [site.address], depth: 0 });
  expect(pathsOf(await list())).toEqual(['/', '/a', '/b']);
});

it('unpacks no sitemap beyond its limit', async () => {
  const site = await startSite({
    '/': page('Home'),
    '/sitemap.xml': { body: gzipSync(Buffer.alloc(80 * 1024 * 1024)), type: 'application/xml' },
  });
  const { list, log } = await openWebsite({ url: site.origin, allow: [site.address] });
  expect(pathsOf(await list())).toEqual(['/']);
  expect(log.lines.some(({ message }) => message === 'a sitemap could not be read')).toBe(true);
});

it('takes only what include names and exclude does not, and other sites only by name', async () => {
  const blog = await startSite({ '/post/1': page('Post') });
  const stranger = await startSite({ '/': page('Stranger') });
  const site = await startSite({
    '/': page('Home', ['/leistungen', '/leistungen/krone', '/leistungen/intern/x', '/team', `${stranger.origin}/`]),
    '/leistungen': page('All', [`${blog.origin}/post/1`]),
    '/leistungen/krone': page('Krone'),
    '/leistungen/intern/x': page('Intern'),
    '/team': page('Team'),
  });
  const { list } = await openWebsite({
    url: site.origin,
    allow: [site.address, blog.address, stranger.address],
    include: ['/leistungen/**', `${blog.origin}/post/*`],
    exclude: ['/**/intern/**'],
  });
  expect(pathsOf(await list())).toEqual(['/leistungen', '/leistungen/krone', '/post/1']);
  expect(site.visited()).not.toContain('/team');
  expect(stranger.requests).toEqual([]);
});

it('lists a page once under its canonical address, and keeps the copy where that is missing', async () => {
  const canonical = (path: string) => ({ head: `<link rel="canonical" href="${path}">` });
  const site = await startSite({
    '/': page('Home', ['/shoe?color=red', '/shoe?color=blue', '/lost-copy', '/index.html']),
    '/shoe?color=red': page('Shoe', [], canonical('/shoe')),
    '/shoe?color=blue': page('Shoe', [], canonical('/shoe')),
    '/shoe': page('Shoe', [], canonical('/shoe')),
    '/lost-copy': page('Lost', [], canonical('/nowhere')),
    '/index.html': page('Home', ['/shoe?color=red', '/shoe?color=blue', '/lost-copy', '/index.html']),
  });
  const { list } = await openWebsite({ url: site.origin, allow: [site.address] });
  expect(pathsOf(await list())).toEqual(['/', '/lost-copy', '/shoe']);
});

it('asks for what changed only: unchanged pages keep their version, changed ones get another, vanished ones leave', async () => {
  const site = await startSite({
    '/': page('Home', ['/tagged', '/dated', '/plain', '/gone', '/changing']),
    '/tagged': { html: page('Tagged'), etag: '"v1"' },
    '/dated': { html: page('Dated'), lastModified: 'Mon, 02 Nov 2026 10:00:00 GMT' },
    '/plain': page('Plain'),
    '/gone': page('Gone'),
    '/changing': { html: page('Changing'), etag: '"v1"' },
  });
  const { list } = await openWebsite({ url: site.origin, allow: [site.address] });
  const first = versionsOf(await list());
  site.forgetRequests();
  site.remove('/gone');
  site.set('/changing', { html: page('Changed', ['/new']), etag: '"v2"' });
  site.set('/new', page('New'));
  const documents = await list(first);
  const second = versionsOf(documents);
  expect(pathsOf(documents)).toEqual(['/', '/changing', '/dated', '/new', '/plain', '/tagged']);
  for (const path of ['/', '/tagged', '/dated', '/plain'])
    expect(second.get(`${site.origin}${path}`)).toBe(first.get(`${site.origin}${path}`));
  expect(second.get(`${site.origin}/changing`)).not.toBe(first.get(`${site.origin}/changing`));
  const statuses = new Map(site.requests.map(({ path, status }) => [path, status]));
  expect(statuses.get('/tagged')).toBe(304);
  expect(statuses.get('/dated')).toBe(304);
  expect(await textOf(documents.find(({ id }) => id.endsWith('/tagged')))).toContain('Tagged');
});

it('finds a page again that was gone, though the pages that link to it have not changed', async () => {
  const site = await startSite({
    '/': { html: page('Home', ['/menu', '/back']), etag: '"v1"' },
    '/menu': { html: page('Menu', ['/deep']), etag: '"v1"' },
  });
  let now = Date.UTC(2026, 10, 2);
  const { list } = await openWebsite({
    url: site.origin,
    allow: [site.address],
    clock: { ...systemClock, now: () => now },
  });
  const first = await list();
  expect(pathsOf(first)).toEqual(['/', '/menu']);
  site.set('/back', page('Back'));
  site.set('/deep', page('Deep'));
  site.forgetRequests();
  const second = await list(versionsOf(first));
  expect(pathsOf(second)).toEqual(['/', '/back', '/menu']);
  expect(site.requests.find(({ path }) => path === '/menu')?.status).toBe(304);
  now += 8 * 86_400_000;
  expect(pathsOf(await list(versionsOf(second)))).toEqual(['/', '/back', '/deep', '/menu']);
});

it('goes on behind pages it knows when it may read more, and behind one that was down', async () => {
  const site = await startSite({
    '/': { html: page('Home', ['/a']), etag: '"v1"' },
    '/a': { html: page('A', ['/b']), etag: '"v1"' },
    '/b': { html: page('B', ['/c']), status: 500 },
    '/c': page('C'),
  });
  const open = (maxPages: number) => openWebsite({ url: site.origin, allow: [site.address], maxPages, depth: 3 });
  const few = await (await open(2)).list();
  expect(pathsOf(few)).toEqual(['/', '/a']);
  const more = await (await open(10)).list(versionsOf(few));
  expect(pathsOf(more)).toEqual(['/', '/a', '/b']);
  site.set('/b', page('B', ['/c']));
  expect(pathsOf(await (await open(10)).list(versionsOf(more)))).toEqual(['/', '/a', '/b', '/c']);
});

it('knows a file by its name where the server does not', async () => {
  const file = (body: string, type = 'application/octet-stream') => ({ body, type });
  const site = await startSite({
    '/': page('Home', ['/prices.PDF', '/table.csv', '/program.bin']),
    '/prices.PDF': file('%PDF-1.4', 'application/force-download'),
    '/table.csv': file('a;b\n1;2\n'),
    '/program.bin': file('x'),
  });
  const { list } = await openWebsite({ url: site.origin, allow: [site.address] });
  expect((await list()).map(({ id, mediaType }) => [new URL(id).pathname, mediaType])).toEqual([
    ['/', 'text/html'],
    ['/prices.PDF', 'application/pdf'],
    ['/table.csv', 'text/csv'],
  ]);
});

it('keeps what kind a document is where it was not reached after the rules of the entry changed', async () => {
  const site = await startSite({
    '/': page('Home', ['/list.csv']),
    '/list.csv': { body: 'a;b\n1;2\n', type: 'text/csv' },
  });
  const before = versionsOf(await (await openWebsite({ url: site.origin, allow: [site.address] })).list());
  const over = new AbortController();
  over.abort();
  const clock = {
    ...systemClock,
    deadline: (ms: number) =>
      ms === 60_000 ? { signal: over.signal, [Symbol.dispose]: () => undefined } : systemClock.deadline(ms),
  };
  const changed = { clock, maxDuration: '60s', exclude: ['/x'] };
  const { list } = await openWebsite({ url: site.origin, allow: [site.address], ...changed });
  expect((await list(before)).find(({ id }) => id.endsWith('/list.csv'))?.mediaType).toBe('text/csv');
});

it('reads all pages again when the rules of the entry changed', async () => {
  const site = await startSite({ '/': { html: page('Home'), etag: '"v1"' } });
  const first = versionsOf(await (await openWebsite({ url: site.origin, allow: [site.address] })).list());
  site.forgetRequests();
  const { list } = await openWebsite({ url: site.origin, allow: [site.address], exclude: ['/x'] });
  await list(first);
  expect(site.requests.find(({ path }) => path === '/')?.status).toBe(200);
});

it('gives one page that fails its own error and lists the others', async () => {
  const inside = await startSite({ '/': page('Inside') });
  const site = await startSite({
    '/': page('Home', ['/good', '/broken', '/inside', '/metadata', '/huge', '/loop', '/missing']),
    '/good': page('Good'),
    '/broken': { status: 500, html: '' },
    '/inside': { redirect: `${inside.origin}/` },
    '/metadata': { redirect: 'http://169.254.169.254/latest/meta-data' },
    '/huge': { endless: 3 * 1024 * 1024 },
    '/loop': { redirect: '/loop' },
  });
  const { list } = await openWebsite({ url: site.origin, allow: [site.address], maxPageSize: '1MB' });
  const documents = await list();
  expect(pathsOf(documents)).toEqual(['/', '/broken', '/good', '/huge', '/inside', '/loop', '/metadata']);
  for (const path of ['/broken', '/huge', '/inside', '/loop', '/metadata']) {
    const failing = documents.find(({ id }) => id === `${site.origin}${path}`);
    await expect(textOf(failing)).rejects.toMatchObject({ code: 'SRC8103' });
  }
  await expect(textOf(documents.find(({ id }) => id.endsWith('/huge')))).rejects.toThrow(
    'It is larger than `maxPageSize:` allows: raise that, or leave the page out by `exclude:`.',
  );
  expect(inside.requests).toEqual([]);
});

it('throws when the site is down, so that what it gave before stays', async () => {
  const site = await startSite({ '/': page('Home', ['/a']), '/a': page('A') });
  const { list } = await openWebsite({ url: site.origin, allow: [site.address] });
  const before = versionsOf(await list());
  site.failWith(503);
  await expect(list(before)).rejects.toMatchObject({ code: 'SRC8101' });
  site.failWith(undefined);
  site.remove('/');
  await expect(list(before)).rejects.toMatchObject({ code: 'SRC8101' });
});

it('gives up after pages that fail in a row', async () => {
  const paths = Array.from({ length: 12 }, (_, index) => `/p${index}`);
  const pages = Object.fromEntries(paths.map((path) => [path, { status: 500, html: '' }]));
  const site = await startSite({ '/': page('Home', paths), ...pages });
  // The way out tries each three times with waits between; a clock that does not wait makes that quick.
  const clock = { ...systemClock, sleep: () => Promise.resolve() };
  const { list } = await openWebsite({ url: site.origin, allow: [site.address], clock });
  await expect(list()).rejects.toMatchObject({ code: 'SRC8101' });
  expect(new Set(site.visited()).size).toBe(9);
});

it('follows the first page to its real host and stays there', async () => {
  const real = await startSite({ '/': page('Home', ['/a']), '/a': page('A') });
  const old = await startSite({ '/': { redirect: `${real.origin}/` } });
  const { list } = await openWebsite({ url: old.origin, allow: [real.address, old.address] });
  expect((await list()).map(({ id }) => id)).toEqual([`${real.origin}/`, `${real.origin}/a`]);
});

it('reads a page in the encoding it names and keeps a price list that a reader for articles would drop', async () => {
  const rows = Array.from(
    { length: 20 },
    (_, index) => `<tr><td>Behandlung ${index}</td><td>${index * 10} €</td></tr>`,
  ).join('');
  const html = `<html lang=de><head><meta charset="iso-8859-15"><title>Preise für Zähne</title></head><body><div><table><tr><th>Was</th><th>Preis</th></tr>${rows}</table></div></body></html>`;
  const bytes = Uint8Array.from([...html].map((letter) => (letter === '€' ? 0xa4 : (letter.codePointAt(0) ?? 0))));
  const site = await startSite({ '/': { body: bytes, type: 'text/html' } });
  const { list } = await openWebsite({ url: site.origin, allow: [site.address] });
  const text = await textOf((await list())[0]);
  expect(text).toContain('Preise für Zähne');
  expect(text).toContain('190 €');
});
