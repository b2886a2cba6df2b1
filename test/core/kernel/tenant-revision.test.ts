import { getEventListeners } from 'node:events';
import { setImmediate as nextRound } from 'node:timers/promises';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { PluginCatalogue } from '../../../core/config/plugin-catalogue.ts';
import type { Http, Logger, Plugin, PluginKind, RetrievalGrants, SourceGrants } from '../../../core/contract/index.ts';
import { createProcessContainer } from '../../../core/kernel/container.ts';
import { planPorts } from '../../../core/kernel/open-plan.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { TenantRevision } from '../../../core/kernel/tenant-revision.ts';
import type { TenantServices } from '../../../core/kernel/tenant-services.ts';
import { FakeClock } from '../../kit/index.ts';
import { sampleBot } from './sample-bot.ts';

const schema = Type.Object({});
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };

/** Resources that every opening owns beside its own. */
const extra: (() => AsyncDisposable)[] = [];

interface Script {
  readonly needs?: readonly PluginKind[];
  readonly opens?: 'eager' | 'lazy';
  /** What `open` does after it owns its resource. */
  readonly during?: () => Promise<void>;
}

/** One plugin for each entry, that writes its opening and closing down. */
function stage(script: Readonly<Record<string, Script>>, otherwise: Partial<TenantServices> = {}) {
  const diary: string[] = [];
  const catalogue: PluginCatalogue = {
    names: () => [],
    find: async (kind, name) => {
      const { needs = [], opens = 'lazy', during } = script[name] ?? {};
      const plugin: Plugin<PluginKind, typeof schema, PluginKind> = {
        contract: 1,
        kind,
        name,
        schema,
        needs,
        opens,
        open: async (context) => {
          diary.push(`open ${name}`);
          for (const make of extra) context.own(make());
          context.own({ [Symbol.dispose]: () => void diary.push(`close ${name}`) });
          await during?.();
          return { name } as never;
        },
      };
      return plugin as unknown as Plugin;
    },
  };
  const services: TenantServices = {
    log: silent,
    http: {} as Http,
    clock: systemClock,
    random: systemRandom,
    onReranked: () => {},
    onSearched: () => {},
    container: () => createProcessContainer<Record<string, never>>().tenant(),
    channelGrants: () => ({}) as never,
    retrievalGrants: () => ({}) as RetrievalGrants,
    sourceGrants: () => ({}) as SourceGrants,
    ...otherwise,
  };
  const revise = async (changes: Parameters<typeof sampleBot>[0] = {}) => {
    const bot = sampleBot(changes);
    return new TenantRevision({
      bot,
      planned: await planPorts(bot, catalogue),
      services,
      beforeRetrieval: async () => {},
    });
  };
  return { diary, revise };
}

const never = new AbortController().signal;

describe('a revision of a bot', () => {
  it('opens nothing before somebody asks', async () => {
    const { diary, revise } = stage({});
    await revise();
    expect(diary).toEqual([]);
  });

  it('opens in the order of the needs and closes in strict reverse', async () => {
    const { diary, revise } = stage({ retrieval: { needs: ['embedding'] }, web: { needs: ['model', 'retrieval'] } });
    const revision = await revise({
      channels: { web: { use: 'web', with: {}, enabled: true, override: {} } },
    });
    await revision.channel('web');
    await revision[Symbol.asyncDispose]();
    const opened = diary.filter((line) => line.startsWith('open')).map((line) => line.slice(5));
    const closed = diary.filter((line) => line.startsWith('close')).map((line) => line.slice(6));
    expect(opened).toHaveLength(4);
    expect(opened.indexOf('embedding')).toBeLessThan(opened.indexOf('retrieval'));
    expect(opened.at(-1)).toBe('web');
    expect(closed).toEqual([...opened].reverse());
  });

  it('closes one after the other, never two at once', async () => {
    let running = 0;
    let most = 0;
    const { revise } = stage({});
    const revision = await revise();
    const slow = (): AsyncDisposable => ({
      [Symbol.asyncDispose]: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      },
    });
    extra.push(slow, slow);
    await Promise.all([revision.port('model:llm'), revision.port('embedding:embedding')]);
    extra.length = 0;
    await revision[Symbol.asyncDispose]();
    expect(most).toBe(1);
  });

  it('releases what a plugin owned when its opening fails half-way, and tries again on the next use', async () => {
    let attempts = 0;
    const { diary, revise } = stage({
      model: {
        during: async () => {
          attempts += 1;
          if (attempts === 1) throw new Error('the vendor is away');
        },
      },
    });
    const revision = await revise();
    await expect(revision.port('model:llm')).rejects.toMatchObject({ code: 'PLG2006' });
    expect(diary).toEqual(['open model', 'close model']);
    await revision.port('model:llm');
    expect(diary).toEqual(['open model', 'close model', 'open model']);
  });

  it('gives up a plugin that does not come back, releases what it acquires later, and closes', async () => {
    const clock = new FakeClock();
    const gate = Promise.withResolvers<void>();
    const { diary, revise } = stage({ model: { during: () => gate.promise } }, { clock });
    const revision = await revise();
    const opening = revision.port('model:llm');
    opening.catch(() => {});
    await nextRound();
    await clock.advance(30_000);
    await expect(opening).rejects.toMatchObject({
      code: 'PLG2006',
      message: expect.stringContaining('did not come back within 30 seconds'),
    });
    expect(diary).toEqual(['open model', 'close model']);
    expect(clock.pending).toBe(0);
    await revision[Symbol.asyncDispose]();
    gate.resolve();
  });

  it('does not wait for a plugin that opens for ever when it closes', async () => {
    const { diary, revise } = stage({ model: { during: () => new Promise(() => {}) } });
    const revision = await revise();
    const opening = revision.port('model:llm');
    opening.catch(() => {});
    await nextRound();
    await revision[Symbol.asyncDispose]();
    await expect(opening).rejects.toBeDefined();
    expect(diary).toEqual(['open model', 'close model']);
  });

  it('logs in the words of the plugin why it could not be opened', async () => {
    const lines: unknown[] = [];
    const log: Logger = { ...silent, warn: (message, fields) => void lines.push(message, fields), with: () => log };
    const error = new Error('the vendor is away');
    const { revise } = stage({ model: { during: () => Promise.reject(error) } }, { log });
    await expect((await revise()).port('model:llm')).rejects.toMatchObject({ code: 'PLG2006' });
    expect(lines).toEqual(['a plugin could not be opened', { error }]);
  });

  it.each([
    ['model:llm', 'model llm'],
    ['embedding:embedding', 'embedding'],
    ['retrieval:retrieval', 'retrieval'],
  ])('names the entry of %s that could not be opened once', async (token, entry) => {
    const during = () => Promise.reject(new Error('the vendor is away'));
    const { revise } = stage({ model: { during }, embedding: { during }, retrieval: { during } });
    const message = expect.stringMatching(new RegExp(`^Tenant \\S+, ${entry}: the plugin`));
    await expect((await revise()).port(token)).rejects.toMatchObject({ code: 'PLG2006', message });
  });

  it('does not keep a port whose plugin opened while the revision closed', async () => {
    const gate = Promise.withResolvers<void>();
    const { diary, revise } = stage({ model: { during: () => gate.promise } });
    const revision = await revise();
    const opening = revision.port('model:llm');
    const closing = revision[Symbol.asyncDispose]();
    gate.resolve();
    await expect(opening).rejects.toBeDefined();
    await closing;
    expect(diary).toEqual(['open model', 'close model']);
  });

  it('retires when the last lease is given back', async () => {
    const { diary, revise } = stage({});
    const revision = await revise();
    await revision.port('model:llm');
    const lease = revision.lease();
    const retiring = revision.retire(never);
    await Promise.resolve();
    expect(diary).toEqual(['open model']);
    lease[Symbol.dispose]();
    await retiring;
    expect(diary).toEqual(['open model', 'close model']);
  });

  it('leaves no listener on what it waited for when it has retired', async () => {
    const { revise } = stage({});
    const revision = await revise();
    const patience = new AbortController();
    const lease = revision.lease();
    const retiring = revision.retire(patience.signal);
    await new Promise((resolve) => setImmediate(resolve));
    expect(getEventListeners(patience.signal, 'abort')).toHaveLength(1);
    lease[Symbol.dispose]();
    await retiring;
    expect(getEventListeners(patience.signal, 'abort')).toEqual([]);
  });

  it('retires without the last lease when patience ends', async () => {
    const { diary, revise } = stage({});
    const revision = await revise();
    await revision.port('model:llm');
    const patience = new AbortController();
    revision.lease();
    const retiring = revision.retire(patience.signal);
    patience.abort();
    await retiring;
    expect(revision.signal.aborted).toBe(true);
    expect(diary.at(-1)).toBe('close model');
  });

  it('refuses a plan in which plugins need each other in a circle', async () => {
    const { revise } = stage({ model: { needs: ['retrieval'] }, retrieval: { needs: ['model'] } });
    await expect(revise()).rejects.toMatchObject({ code: 'PLG2004', message: expect.stringContaining('->') });
  });

  it('opens a fallback model only when it is asked for', async () => {
    const { diary, revise } = stage({});
    const revision = await revise({
      llm: {
        use: 'model',
        with: {},
        fallback: [{ use: 'spare', with: {} }],
        deadline: { firstTokenMs: 1, totalMs: 1 },
      },
    });
    for await (const _model of revision.models()) break;
    expect(diary).toEqual(['open model']);
  });

  it('goes on to the fallback when the first model cannot be opened', async () => {
    const { revise } = stage({
      model: {
        during: async () => {
          throw new Error('the SDK is not installed');
        },
      },
    });
    const revision = await revise({
      llm: {
        use: 'model',
        with: {},
        fallback: [{ use: 'spare', with: {} }],
        deadline: { firstTokenMs: 1, totalMs: 1 },
      },
    });
    const models = revision.models()[Symbol.asyncIterator]();
    await expect(models.next()).rejects.toMatchObject({ code: 'PLG2006' });
    expect(await models.next()).toEqual({ done: false, value: { name: 'spare' } });
    expect((await models.next()).done).toBe(true);
  });
});
