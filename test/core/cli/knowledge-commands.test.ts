import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import { startFakeEmbeddings } from '../../kit/fake-embeddings.ts';
import { startFakeReranker } from '../../kit/fake-reranker.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';

describe('polyphon ingest', () => {
  it('reads documents once, and then only what has changed', async () => {
    await using deployment = await makeDeployment(lampShop);
    const first = await deployment.run(['ingest']);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^lamp-shop {2}1 added, 0 unchanged, \d chunks? {2}in /);
    expect((await deployment.run(['ingest', 'lamp-shop'])).stdout).toContain('lamp-shop  1 unchanged');
    await deployment.write({ 'bots/lamp-shop/knowledge/more.md': '# Gifts\n\nWe wrap gifts for free.\n' });
    const planned = await deployment.run(['ingest', '--dry-run']);
    expect(planned.stdout).toContain('would read: 1 added, 1 unchanged');
    expect((await deployment.run(['ingest'])).stdout).toContain('1 added, 1 unchanged');
  });

  it('prints JSON, and ends with 1 when a document cannot be read', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/lamp-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace('*.md', '*.{md,pdf}'),
      'bots/lamp-shop/knowledge/broken.pdf': 'this is no PDF',
    });
    const { code, stdout } = await deployment.run(['ingest', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      formatVersion: 1,
      mode: 'apply',
      reports: [{ tenantId: 'lamp-shop', added: 1, failures: [{ source: 'shop', document: 'knowledge/broken.pdf' }] }],
    });
  });

  describe('with the embedding of a service', () => {
    const files = Object.fromEntries(
      Array.from({ length: 120 }, (_, at) => [
        `bots/lamp-shop/knowledge/${at}.md`,
        `Lamp number ${at} is a good lamp.`,
      ]),
    );
    const shopWith = async () => {
      const service = await startFakeEmbeddings({ apiKey: 'none', models: { new: 128 } });
      onTestFinished(() => service[Symbol.asyncDispose]());
      const embedding = `{ use: openai, with: { baseUrl: "${service.origin}/v1", model: new, dimensions: 128 } }`;
      const deployment = await makeDeployment({
        ...lampShop,
        ...files,
        'bots/lamp-shop/bot.yaml': `${lampShop['bots/lamp-shop/bot.yaml']}retrieval: { embedding: ${embedding} }\n`,
        'config/polyphon.yaml': `polyphon: 1\nhttp: { allowPrivate: ["${service.address}"] }\n`,
      });
      onTestFinished(() => deployment[Symbol.asyncDispose]());
      return { service, deployment };
    };

    it('reads all where the service wants a long wait, and says once what is not embedded and until when', async () => {
      const { service, deployment } = await shopWith();
      service.fail({ status: 429, headers: { 'retry-after': '600' } });
      const { code, stdout } = await deployment.run(['ingest']);
      expect(code).toBe(1);
      expect(stdout.match(/EMB8203/g)).toHaveLength(1);
      expect(stdout).toMatch(
        /121 added.*\n {2}✗ 0 chunks embedded, \d+ to go; words find .* EMB8203 .* asks to wait 600 s, until \d{4}-/,
      );
      const { stdout: json } = await deployment.run(['ingest', '--json']);
      expect(JSON.parse(json).reports[0]).toMatchObject({ unchanged: 121, failures: [], backfill: { missing: 0 } });
    });

    it('says now and then where it is, and at Ctrl-C what is kept and how to go on', async () => {
      const { service, deployment } = await shopWith();
      let pauses = 0;
      const stopping = new AbortController();
      service.fail({ status: 200, silent: 'yes' });
      const { code, stdout, stderr } = await deployment.run(['ingest', 'lamp-shop'], {
        signal: stopping.signal,
        clock: {
          ...systemClock,
          sleep: async (ms, signal) => {
            if (ms !== 10_000) return systemClock.sleep(ms, signal);
            pauses += 1;
            // The first is over when the service is asked, the next never.
            return pauses === 1 ? service.arrived(1) : systemClock.sleep(2 ** 30, signal);
          },
        },
        onWrite: (written) => {
          if (written.stderr.includes('embedded')) stopping.abort(new DOMException('Stopped by SIGINT.', 'AbortError'));
        },
      });
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      const where = 'lamp-shop: 0 of 122 chunks embedded';
      expect(stderr).toMatch(new RegExp(`^${where}\n`));
      expect(stderr).toMatch(
        new RegExp(
          `Stopped by SIGINT\\. ${where}\\. What is read and embedded is kept; \`.*polyphon ingest lamp-shop\` goes on there\\.\n$`,
        ),
      );
      expect(await deployment.run(['ingest'])).toMatchObject({ code: 0, stderr: '' });
    });
  });

  it('reads the other bots and ends with 69 where a plugin of one cannot be opened', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/a/bot.yaml': `${lampShop['bots/lamp-shop/bot.yaml']}retrieval: { embedding: { use: ollama, with: { model: x } } }\n`,
      'bots/a/knowledge/shop.md': 'A lamp.\n',
    });
    const { code, stdout, stderr } = await deployment.run(['ingest']);
    expect(code).toBe(69);
    expect(stdout).toContain('lamp-shop  1 added');
    expect(stderr).toContain('error PLG2006  Tenant a, embedding: ');
    const json = await deployment.run(['ingest', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      reports: [{ tenantId: 'lamp-shop' }],
      errors: [{ tenantId: 'a', code: 'PLG2006' }],
    });
  });

  it('reads the good bots and ends with 65 when another has errors', async () => {
    await using deployment = await makeDeployment({ ...lampShop, 'bots/bad/bot.yaml': 'polyphon: 1\nnme: Bad\n' });
    const { code, stdout, stderr } = await deployment.run(['ingest']);
    expect(code).toBe(65);
    expect(stdout).toContain('lamp-shop  1 added');
    expect(stderr).toContain('bots/bad/bot.yaml');
  });
});

describe('polyphon search', () => {
  it('ranks passages with their scores and places', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stdout } = await deployment.run([
      'search',
      'lamp-shop',
      'What does a repair of a lamp cost?',
      '--below',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ 1 {2}[█░]{10} \d\.\d\d {2}shop: knowledge\/shop\.md › Repairs {2}\(/);
    expect(stdout).toContain('A repair of a lamp costs 25 euros');
    expect(stdout).toMatch(/░ 0\.\d\d {2}shop: knowledge\/shop\.md › Opening hours .* {2}not used\n/);
    expect(stdout).toContain(
      'the bot uses what has 0.35 (minScore) or more.\nIn brackets: fused orders what is found; lexical',
    );
    expect(stdout).toMatch(/vector how near[^;]*\.\n$/);
  });

  it('prints JSON in the shape of the search route', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { stdout, stderr } = await deployment.run([
      'search',
      'lamp-shop',
      'repair lamp',
      '--below',
      '-k',
      '1',
      '--json',
    ]);
    expect(stderr).toBe('');
    const printed = JSON.parse(stdout);
    expect(printed).toMatchObject({ formatVersion: 1, tenant: 'lamp-shop', query: 'repair lamp' });
    expect(printed.results).toHaveLength(1);
    expect(printed.results[0]).toMatchObject({
      source: 'shop',
      document: 'knowledge/shop.md',
      chunk: expect.any(String),
      score: expect.any(Number),
      text: expect.any(String),
    });
  });

  it('stays within sources, languages and tags, and says that there may be more without them', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/lamp-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace(
        /knowledge:.*(\n {2}.*)*/,
        'knowledge:\n  shop: { use: files, with: { path: "knowledge/*.md" }, tags: [service] }\n  prices: { use: files, with: { path: "prices/*.md" } }',
      ),
      'bots/lamp-shop/prices/list.md': 'The repair of a lamp is listed here with its price.\n',
    });
    const sourcesOf = async (...options: readonly string[]) => {
      const { stdout } = await deployment.run(['search', 'lamp-shop', 'repair lamp', '--below', '--json', ...options]);
      const { results } = JSON.parse(stdout) as { readonly results: readonly { readonly source: string }[] };
      return [...new Set(results.map(({ source }) => source))].sort();
    };
    expect(await sourcesOf()).toEqual(['prices', 'shop']);
    expect(await sourcesOf('--source', 'prices')).toEqual(['prices']);
    expect(await sourcesOf('--tag', 'service')).toEqual(['shop']);
    expect(await sourcesOf('--language', 'fr')).toEqual([]);
    const { stdout } = await deployment.run(['search', 'lamp-shop', 'repair lamp', '--language', 'fr']);
    expect(stdout).toContain('No document is known to be in "fr". Documents are in: en.');
    const far = await deployment.run(['search', 'lamp-shop', 'zebra', '--source', 'prices']);
    expect(far.stdout).toContain('without them there may be more');
    const wrong = async (...options: readonly string[]) => {
      const { code, stderr } = await deployment.run(['search', 'lamp-shop', 'repair lamp', ...options]);
      expect(code).toBe(64);
      return stderr;
    };
    expect(await wrong('--source', 'price')).toContain(
      'No entry of `knowledge` is named "price". Did you mean "prices"? There are: shop, prices.',
    );
    expect(await wrong('--tag', 'none')).toContain('has the tag "none". There are: service.');
    expect(await wrong('--language', 'klingonese')).toContain(
      '"klingonese" is no language. Write a tag as in `de`. Documents are in: en.',
    );
  });

  it('finds a row of names and prices in whichever language of the bot is asked', async () => {
    const both = lampShop['bots/lamp-shop/bot.yaml'].replace('default: en', 'default: en, supported: [en, de]');
    await using deployment = await makeDeployment({
      'bots/lamp-shop/bot.yaml': both.replace('*.md', '*.csv'),
      'bots/lamp-shop/knowledge/prices.csv': 'article,price\nLuna,120 EUR\nSol,85 EUR\n',
    });
    const question = ['chat', 'lamp-shop', '--once', 'What does the Luna cost?'];
    const { stdout } = await deployment.run(question);
    expect(stdout).toContain('120 EUR');
    expect(stdout).not.toContain('not available in English');
    for (const language of ['en', 'de']) {
      const found = await deployment.run(['search', 'lamp-shop', 'Luna', '--language', language]);
      expect(found.stdout).toContain('120 EUR');
    }
  });

  it('refuses a question without a letter', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stderr } = await deployment.run(['search', 'lamp-shop', ' ']);
    expect(code).toBe(64);
    expect(stderr).toContain('The question is empty.');
  });

  it('finds what the filters of the bot leave, and says how to look behind them', async () => {
    const filtered = lampShop['bots/lamp-shop/bot.yaml'].replace(
      'channels:',
      'retrieval: { filters: { language: [fr] } }\nchannels:',
    );
    await using deployment = await makeDeployment({ ...lampShop, 'bots/lamp-shop/bot.yaml': filtered });
    const question = ['search', 'lamp-shop', 'What does a repair of a lamp cost?'];
    expect((await deployment.run(question)).stdout).toContain('--unfiltered searches everything');
    expect((await deployment.run([...question, '--unfiltered'])).stdout).toContain('25 euros');
    expect((await deployment.run([...question, '--language', 'en'])).stdout).toContain('25 euros');
  });

  it('explains the order by the score of a reranker, and says when there is none', async () => {
    await using reranker = await startFakeReranker({ apiKey: 'none', models: 'none' });
    const reranked = lampShop['bots/lamp-shop/bot.yaml'].replace(
      'channels:',
      `retrieval: { rerank: { use: http, with: { url: "${reranker.origin}/v1/rerank" } } }\nchannels:`,
    );
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/lamp-shop/bot.yaml': reranked,
      'config/polyphon.yaml': `polyphon: 1\nhttp: { allowPrivate: ["${reranker.address}"] }\n`,
    });
    const question = ['search', 'lamp-shop', 'What does a repair of a lamp cost?', '--below'];
    const { stdout } = await deployment.run(question);
    expect(stdout).toMatch(/^ 1 .* shop: knowledge\/shop\.md › Repairs {2}\(.*rerank 0\.\d{3}/);
    expect(stdout).toContain('rerank is what the reranker gave, and orders instead.');
    const json = JSON.parse((await deployment.run([...question, '--json'])).stdout);
    expect(json.results[0].scores).toMatchObject({ rerank: expect.any(Number), fused: expect.any(Number) });
    reranker.fail({ status: 401 });
    const without = await deployment.run(['--verbose', ...question]);
    expect(without.stdout).not.toContain('rerank 0');
    expect(without.stdout).toContain('the reranker gave none');
    expect(without.stderr).toContain('RNK8301');
  });

  it('says what to do where a bot has no documents', async () => {
    await using deployment = await makeDeployment({
      'bots/empty/bot.yaml':
        'polyphon: 1\nname: Empty\nlanguages: { default: en }\nchannels: { web: { use: web-chat } }\n',
    });
    const { code, stdout } = await deployment.run(['search', 'empty', 'anything']);
    expect(code).toBe(0);
    expect(stdout).toContain('It has no documents');
  });

  it('shows the pattern that matches no file, as chat does', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/lamp-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace('knowledge/*.md', 'knowlege/*.md'),
    });
    const search = await deployment.run(['search', 'lamp-shop', 'repair lamp']);
    expect(search.stdout).toContain('No document was read from its `knowledge` (shop): `polyphon ingest lamp-shop`');
    expect(search.stderr).toContain('warning BOT1043');
    const chat = await deployment.run(['chat', 'lamp-shop', '--once', 'What does a repair cost?']);
    expect(chat.stderr).toContain('warning BOT1043');
  });

  it('does not search a bot with errors', async () => {
    await using deployment = await makeDeployment({ 'bots/bad/bot.yaml': 'polyphon: 1\nnme: Bad\n' });
    const { code, stderr } = await deployment.run(['search', 'bad', 'x']);
    expect(code).toBe(65);
    expect(stderr).toContain('error CLI9004  The definition of "bad" has errors');
  });
});
