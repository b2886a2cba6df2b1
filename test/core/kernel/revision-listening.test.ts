import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { PluginCatalogue } from '../../../core/config/plugin-catalogue.ts';
import {
  type Channel,
  type Deliver,
  type Http,
  type Logger,
  type Plugin,
  type PluginKind,
  PolyphonError,
} from '../../../core/contract/index.ts';
import { createProcessContainer } from '../../../core/kernel/container.ts';
import { planPorts } from '../../../core/kernel/open-plan.ts';
import { systemRandom } from '../../../core/kernel/system.ts';
import { TenantRevision } from '../../../core/kernel/tenant-revision.ts';
import type { TenantServices } from '../../../core/kernel/tenant-services.ts';
import { FakeClock, settled } from '../../kit/index.ts';
import { sampleBot } from './sample-bot.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };
const schema = Type.Object({ mode: Type.Optional(Type.String()) });
const deliverer = (): Deliver => async () => [];
const patience = new AbortController().signal;

/** A channel that polls where its config says so. `stubborn` pays no heed to its signal, and one that is `deaf` fails. */
async function stage(mode: 'polling' | 'webhook' | 'stubborn' | 'deaf', clock = new FakeClock()) {
  const diary: string[] = [];
  let isWell = false;
  const capabilities = { text: { maxLength: 1, format: 'plain' }, media: [], buttons: 0, streaming: 'none' } as const;
  const listen: NonNullable<Channel['listen']> = async (_, signal) => {
    diary.push('begins');
    if (mode === 'stubborn') return new Promise(() => {});
    if (mode === 'deaf' && !isWell) throw new PolyphonError('NET6002', 'Telegram cannot be reached.');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await settled();
    diary.push('ends');
  };
  const catalogue: PluginCatalogue = {
    names: () => [],
    find: async (kind, name) => {
      const plugin: Plugin<PluginKind, typeof schema, PluginKind> = {
        contract: 1,
        kind,
        name,
        schema,
        opensFor: (config) => (config.mode === undefined || config.mode === 'webhook' ? 'lazy' : 'eager'),
        open: async (context) => {
          context.own({ [Symbol.dispose]: () => void diary.push('closes') });
          return (kind === 'channel' ? { capabilities, listen } : {}) as never;
        },
      };
      return plugin as unknown as Plugin;
    },
  };
  const services: TenantServices = {
    log: silent,
    http: {} as Http,
    clock,
    random: systemRandom,
    onReranked: () => {},
    onSearched: () => {},
    container: () => createProcessContainer<Record<string, never>>().tenant(),
    channelGrants: () => ({}) as never,
    retrievalGrants: () => ({}) as never,
    sourceGrants: () => ({}) as never,
  };
  const bot = sampleBot({ channels: { tg: { use: 'telegram', enabled: true, override: {}, with: { mode } } } });
  const planned = await planPorts(bot, catalogue);
  const revision = new TenantRevision({ bot, planned, services, beforeRetrieval: async () => {} });
  for (const token of revision.eagerTokens()) await revision.port(token);
  const recover = () => {
    isWell = true;
  };
  return { diary, revision, recover };
}

describe('a revision with a channel that fetches by itself', () => {
  it('opens it by its config', async () => {
    expect((await stage('polling')).revision.eagerTokens()).toEqual(['channel:tg']);
    expect((await stage('webhook')).revision.eagerTokens()).toEqual([]);
  });

  it('has stopped it when it says so, and before the channel closes', async () => {
    const { diary, revision } = await stage('polling');
    revision.listen(deliverer);
    await revision.stopListening(patience);
    expect(diary).toEqual(['begins', 'ends']);
    await revision.retire(patience);
    expect(diary).toEqual(['begins', 'ends', 'closes']);
  });

  it('stops it first when it retires, while turns still hold it open', async () => {
    const { diary, revision } = await stage('polling');
    revision.listen(deliverer);
    const lease = revision.lease();
    const retiring = revision.retire(patience);
    await settled();
    await settled();
    expect(diary).toEqual(['begins', 'ends']);
    lease[Symbol.dispose]();
    await retiring;
    expect(diary.at(-1)).toBe('closes');
  });

  it('does not begin once it was told to stop', async () => {
    const { diary, revision } = await stage('polling');
    await revision.stopListening(patience);
    revision.listen(deliverer);
    await settled();
    expect(diary).toEqual([]);
  });

  it('leaves one that does not obey behind when patience is over', async () => {
    const { diary, revision } = await stage('stubborn');
    revision.listen(deliverer);
    await revision.retire(AbortSignal.abort());
    expect(diary).toEqual(['begins', 'closes']);
  });

  it('runs nothing where no channel fetches', async () => {
    const { diary, revision } = await stage('webhook');
    revision.listen(deliverer);
    await revision.retire(patience);
    expect(diary).toEqual([]);
  });

  it('says since when it hears nothing over a reload that does not change it', async () => {
    const clock = new FakeClock();
    const since = new Date(clock.now()).toISOString();
    const { revision: first } = await stage('deaf', clock);
    first.listen(deliverer);
    await settled();
    await clock.advance(60_000);
    await first.stopListening(patience);
    const { revision: second } = await stage('deaf', clock);
    second.listen(deliverer, first);
    expect(second.failureOf('tg')).toMatchObject({ code: 'NET6002', since });
    await settled();
    await clock.advance(60_000);
    expect(second.failureOf('tg')).toMatchObject({ code: 'NET6002', since });
    await second.stopListening(patience);
    const { revision: changed } = await stage('polling', clock);
    changed.listen(deliverer, second);
    expect(changed.failureOf('tg')).toBeUndefined();
    await changed.stopListening(patience);
  });

  it('is well a minute after a reload where it fails no more and says nothing of itself', async () => {
    const clock = new FakeClock();
    const { revision: first } = await stage('deaf', clock);
    first.listen(deliverer);
    await settled();
    await first.stopListening(patience);
    const { revision: second, recover } = await stage('deaf', clock);
    recover();
    second.listen(deliverer, first);
    await settled();
    expect(second.failureOf('tg')).toMatchObject({ code: 'NET6002' });
    await clock.advance(60_000);
    expect(second.failureOf('tg')).toBeUndefined();
    await second.stopListening(patience);
  });
});
