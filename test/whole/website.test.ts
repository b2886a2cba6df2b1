import { expect, it, onTestFinished } from 'vitest';
import { type FakePage, fakePage, startFakeWebsite } from '../kit/fake-website.ts';
import { deploy } from './deployment.ts';

const never = new AbortController().signal;

const bot = (url: string, more = '') => `polyphon: 1
name: Praxis
languages: { default: en }
knowledge:
  files: { use: files, with: { path: "knowledge/*.md" } }
  site: { use: website, with: { url: "${url}", delay: 0ms${more} }, refresh: "0 3 * * *" }
channels: { web: { use: web-chat } }
`;

async function startPractice(pages: Readonly<Record<string, FakePage>>) {
  const site = await startFakeWebsite(pages);
  onTestFinished(() => site[Symbol.asyncDispose]());
  const deployment = await deploy({
    files: {
      'praxis/bot.yaml': bot(site.origin),
      'praxis/knowledge/parking.md': '# Parking\n\nParking is in Elm Street.',
    },
    settings: `polyphon: 1\nhttp: { allowPrivate: ["${site.address}"] }\n`,
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const { kernel, knowledge } = deployment.application;
  const search = async (text: string) => (await kernel.search('praxis', { text }, never))[0];
  const documents = async () =>
    (await knowledge.documents('praxis', never)).map(({ document, state }) => `${state} ${document}`);
  return { site, deployment, kernel, search, documents };
}

const crowns = fakePage({ title: 'Crowns', text: 'A crown of zirconium costs 480 euros at our practice.' });
const home = (links: readonly string[]) =>
  fakePage({ title: 'Welcome', text: 'We are a dental practice at the park.', links });

it('answers from a website that is read in the background, cites the page, and leaves the files alone', async () => {
  const { site, kernel, search, documents } = await startPractice({
    '/': home(['/crowns', '/broken']),
    '/crowns': crowns,
    '/broken': { status: 500, html: '' },
  });
  const hit = await search('How much is a zirconium crown?');
  expect(hit).toMatchObject({ source: 'site', title: 'Crowns', url: `${site.origin}/crowns` });
  expect(hit?.text).toContain('480 euros');
  expect(await search('Where is parking?')).toMatchObject({ source: 'files' });
  expect((await documents()).sort()).toEqual(
    [
      `failed ${site.origin}/broken`,
      'ready knowledge/parking.md',
      `ready ${site.origin}/`,
      `ready ${site.origin}/crowns`,
    ].sort(),
  );

  // A person asks for a reading: what has not changed is not read again, what is gone leaves.
  site.set('/', home(['/implants']));
  site.set('/implants', fakePage({ title: 'Implants', text: 'An implant takes three months to heal.' }));
  site.remove('/broken');
  const report = await kernel.ingest('praxis', { mode: 'apply' }, never);
  expect(report).toMatchObject({ added: 1, removed: 1, changed: 0, failures: [] });
  expect(await search('How long does an implant take to heal?')).toMatchObject({ url: `${site.origin}/implants` });
});

it('keeps what a site gave before when it is down, and does not ask it again for a file that was saved', async () => {
  const { site, deployment, kernel, search } = await startPractice({ '/': home(['/crowns']), '/crowns': crowns });
  const asked = site.requests.length;
  await deployment.write('praxis/knowledge/parking.md', '# Parking\n\nParking is in Oak Street.');
  await kernel.reload('praxis', never);
  await deployment.write('praxis/bot.yaml', `${bot(site.origin)}vars: { phone: "1" }\n`);
  await kernel.reload('praxis', never);
  await kernel.knowledgeIdle();
  expect((await search('Where is parking?'))?.text).toContain('Oak Street');
  expect(site.requests).toHaveLength(asked);

  site.failWith(503);
  const report = await kernel.ingest('praxis', { mode: 'apply' }, never);
  expect(report.failures).toMatchObject([{ source: 'site', document: '*', code: 'SRC8101' }]);
  expect(report.removed).toBe(0);
  expect((await search('How much is a zirconium crown?'))?.text).toContain('480 euros');
});

it('reads the site again when its entry changes', async () => {
  const { site, deployment, kernel, documents } = await startPractice({ '/': home(['/crowns']), '/crowns': crowns });
  await deployment.write('praxis/bot.yaml', bot(site.origin, ', exclude: ["/crowns"]'));
  await kernel.reload('praxis', never);
  await kernel.knowledgeIdle();
  expect(await documents()).toEqual(['ready knowledge/parking.md', `ready ${site.origin}/`]);
});

it('asks no site and reads no document for another embedding', async () => {
  const { site, deployment, kernel, search } = await startPractice({ '/': home(['/crowns']), '/crowns': crowns });
  const asked = site.requests.length;
  await deployment.write(
    'praxis/bot.yaml',
    `${bot(site.origin)}retrieval: { embedding: { with: { dimensions: 256 } } }\n`,
  );
  expect((await kernel.reload('praxis', never)).outcome).toBe('swapped');
  await kernel.knowledgeIdle();
  expect(site.requests).toHaveLength(asked);
  const { embeddings } = deployment.application.store.forTenant('praxis');
  expect(embeddings.served()?.embeddingId).toMatch(/^hashed-.*-256$/);
  expect((await search('How much is a zirconium crown?'))?.text).toContain('480 euros');
});

it('refuses a refresh that never comes, at its line', async () => {
  const { site, deployment, kernel } = await startPractice({ '/': home([]) });
  await deployment.write('praxis/bot.yaml', bot(site.origin).replace('0 3 * * *', '0 3 31 2 *'));
  const report = await kernel.reload('praxis', never);
  expect(report.outcome).toBe('rejected');
  expect(report.diagnostics[0]).toMatchObject({ severity: 'error', range: { start: { line: 6 } } });
});
