import { onTestFinished } from 'vitest';
import type { Clock, SourceDocument } from '../../../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../../../core/kernel/system.ts';
import { createHttp } from '../../../../core/network/http-client.ts';
import { plugin } from '../../../../plugins/sources/website/plugin.ts';
import { never, recordingLog } from '../../../core/knowledge/tenant-knowledge.ts';
import { type FakePage, fakePage, startFakeWebsite } from '../../../kit/fake-website.ts';

type Config = Parameters<typeof plugin.open>[0]['config'];

/** The plugin over the real way out, which lets it reach the addresses in `allow`. */
export async function openWebsite(
  options: { readonly allow: readonly string[]; readonly clock?: Clock } & Partial<Config> & { readonly url: string },
) {
  const { allow, clock = systemClock, ...config } = options;
  const log = recordingLog();
  const http = createHttp({ allowPrivate: allow, clock, log });
  onTestFinished(() => http[Symbol.asyncDispose]());
  const source = await plugin.open({
    config: {
      maxPages: 200,
      depth: 5,
      delay: '0ms',
      maxDuration: '30m',
      maxPageSize: '4MB',
      userAgent: 'Polyphon',
      ...config,
    },
    folder: {
      glob: async () => [],
      read: () => Promise.reject(new Error('no folder')),
      readText: () => Promise.reject(new Error('no folder')),
    },
    tenantId: 'praxis',
    key: 'site',
    log,
    http,
    clock,
    random: systemRandom,
    signal: never,
    ports: {},
    own: (resource) => resource,
  });
  const list = async (before?: ReadonlyMap<string, string>, signal = never): Promise<readonly SourceDocument[]> => {
    const documents: SourceDocument[] = [];
    for await (const document of source.list(signal, before)) documents.push(document);
    return documents;
  };
  return { source, log, list };
}

export function pathsOf(documents: readonly SourceDocument[]): readonly string[] {
  return documents.map(({ id }) => new URL(id).pathname + new URL(id).search).sort();
}

export function versionsOf(documents: readonly SourceDocument[]): ReadonlyMap<string, string> {
  return new Map(documents.map(({ id, version }) => [id, version]));
}

export async function textOf(document: SourceDocument | undefined): Promise<string> {
  if (document === undefined) throw new Error('no such document');
  return new TextDecoder().decode(await document.read(never));
}

/** A website of fake pages, which ends with the test. */
export async function startSite(pages: Readonly<Record<string, FakePage>>) {
  const site = await startFakeWebsite(pages);
  onTestFinished(() => site[Symbol.asyncDispose]());
  return site;
}

export const page = (
  title: string,
  links: readonly string[] = [],
  more: { head?: string; language?: string; text?: string } = {},
) => fakePage({ title, text: `${title} is explained here in a full sentence.`, links, ...more });
