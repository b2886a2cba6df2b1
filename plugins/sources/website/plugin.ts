import type { Plugin } from 'polyphon/plugin';
import { Crawl } from './crawl.ts';
import { PageReader } from './page-reader.ts';
import { Robots } from './robots.ts';
import { schema } from './schema.ts';
import { readSettings } from './settings.ts';
import { SiteClient } from './site-client.ts';
import { SiteDocuments } from './site-documents.ts';

/** The pages of a website. */
export const plugin = {
  contract: 1,
  kind: 'source',
  name: 'website',
  schema,
  async open({ config, http, clock, log }) {
    return {
      pace: 'in-background' as const,
      async *list(signal: AbortSignal, before: ReadonlyMap<string, string> = new Map()) {
        const settings = readSettings(config, clock.now());
        await using reader = new PageReader(clock);
        const client = new SiteClient({ http, clock, settings });
        const robots = new Robots(client, settings.userAgent);
        const documents = new SiteDocuments({ settings, client, reader, clock, agent: robots.agent });
        yield* new Crawl({ settings, client, robots, reader, documents, clock, log }, before).run(signal);
      },
    };
  },
} satisfies Plugin<'source', typeof schema>;
