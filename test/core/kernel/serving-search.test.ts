import { describe, expect, it } from 'vitest';
import type { Embedding, Passage, Retrieval } from '../../../core/contract/index.ts';
import { EarlierSearch } from '../../../core/kernel/earlier-search.ts';
import { ServingSearch } from '../../../core/kernel/serving-search.ts';

const never = new AbortController().signal;
const passage = (document: string) => [{ document }] as unknown as readonly Passage[];

/** A search by `next` that was by `old` before; what opens and closes is written down. */
function stage(
  options: {
    readonly served?: string;
    readonly openEarlier?: (id: string) => Promise<'there' | 'gone'>;
    readonly words?: 'none';
  } = {},
) {
  const diary: string[] = [];
  const state = { served: options.served as string | undefined, nowMs: 0, wanted: async () => 'next' };
  const gates: PromiseWithResolvers<void>[] = [];
  const retrievalOf = (name: string): Retrieval => ({
    search: async () => {
      await gates[0]?.promise;
      return passage(name);
    },
    sync: async () => void diary.push(`sync ${name}`),
    prepare: async () => void diary.push(`prepare ${name}`),
    status: () => ({ engine: 'exact', chunks: 1, bytes: name.length }),
  });
  const earlier = new EarlierSearch({
    servedId: () => state.served,
    open: async (id) => {
      diary.push(`open ${id}`);
      if ((await options.openEarlier?.(id)) === 'gone') return undefined;
      let leases = 0;
      return {
        lease: () => {
          leases += 1;
          return {
            [Symbol.dispose]: () => {
              leases -= 1;
            },
          };
        },
        port: async <Port>() => retrievalOf(id) as Port,
        retire: () => void diary.push(`retire ${id} with ${leases}`),
        [Symbol.asyncDispose]: async () => void diary.push(`close ${id}`),
      };
    },
    retire: (revision) => revision.retire(),
    clock: { monotonicMs: () => state.nowMs },
  });
  let own: Retrieval | undefined;
  const search = new ServingSearch({
    embedding: async () => ({ id: await state.wanted() }) as Embedding,
    retrieval: async () => {
      own ??= retrievalOf('next');
      return own;
    },
    openRetrieval: () => own,
    words: async (why) => {
      if (options.words === 'none') throw why;
      diary.push('open words');
      return retrievalOf('words');
    },
    earlier,
  });
  const ask = async () => (await search.search({ text: 'x' }, never))[0]?.document;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { diary, state, gates, search, ask, turn };
}

describe('the search of a revision', () => {
  it('is its own where its vectors are whole, or none ever were', async () => {
    for (const served of ['next', undefined]) {
      const { ask, diary } = stage(served === undefined ? {} : { served });
      expect(await ask()).toBe('next');
      expect(diary).toEqual([]);
    }
  });

  it('is the earlier one until the own serves, opened once, and retired once', async () => {
    const { ask, diary, state, search, turn } = stage({ served: 'old' });
    expect(await Promise.all([ask(), ask()])).toEqual(['old', 'old']);
    expect(search.status().bytes).toBe(3);
    await search.sync(never);
    await search.prepare(never);
    expect(await ask()).toBe('old');
    state.served = 'next';
    search.takeOver();
    search.takeOver();
    expect(await ask()).toBe('next');
    await turn();
    await search[Symbol.asyncDispose]();
    expect(diary).toEqual(['open old', 'sync old', 'prepare next', 'retire old with 0']);
  });

  it('changes over when another process has made the last vector', async () => {
    const { ask, diary, state, turn } = stage({ served: 'old' });
    await ask();
    state.served = 'next';
    expect(await ask()).toBe('next');
    await turn();
    expect(diary).toEqual(['open old', 'retire old with 0']);
  });

  it('lets a search end where it began', async () => {
    const { ask, diary, gates, state, search, turn } = stage({ served: 'old' });
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    const asked = ask();
    await turn();
    state.served = 'next';
    search.takeOver();
    await turn();
    expect(diary).toEqual(['open old', 'retire old with 1']);
    gate.resolve();
    expect(await asked).toBe('old');
  });

  it('closes the earlier one with the revision, also while it opens', async () => {
    const gate = Promise.withResolvers<void>();
    const { ask, diary, search, turn } = stage({
      served: 'old',
      openEarlier: async () => {
        await gate.promise;
        return 'there';
      },
    });
    const asked = ask();
    await turn();
    const closing = search[Symbol.asyncDispose]();
    gate.resolve();
    await closing;
    expect(await asked).toBe('next');
    expect(diary).toEqual(['open old', 'close old']);
  });

  it('is its own where the earlier one cannot be had, which is tried again after a minute', async () => {
    let there: 'there' | 'gone' = 'gone';
    const { ask, diary, state } = stage({ served: 'old', openEarlier: async () => there });
    expect([await ask(), await ask()]).toEqual(['next', 'next']);
    expect(diary).toEqual(['open old']);
    there = 'there';
    state.nowMs = 59_999;
    expect(await ask()).toBe('next');
    state.nowMs = 60_000;
    expect(await ask()).toBe('old');
    expect(diary).toEqual(['open old', 'open old']);
  });

  it('is the earlier one where its own embedding does not open, and by words where neither does, until one opens', async () => {
    const { ask, state } = stage({ served: 'old' });
    state.wanted = async () => {
      throw new Error('no model');
    };
    expect(await ask()).toBe('old');
    const neither = stage({ served: 'old', openEarlier: async () => 'gone' });
    neither.state.wanted = state.wanted;
    expect([await neither.ask(), await neither.ask()]).toEqual(['words', 'words']);
    expect(neither.diary).toEqual(['open old', 'open words']);
    neither.state.wanted = async () => 'old';
    expect(await neither.ask()).toBe('next');
  });

  it('says why its embedding does not open where words cannot be searched either', async () => {
    const { ask, state } = stage({ served: 'old', openEarlier: async () => 'gone', words: 'none' });
    state.wanted = async () => {
      throw new Error('no model');
    };
    await expect(ask()).rejects.toThrow('no model');
  });

  it('follows what serves to a third', async () => {
    const { ask, diary, state, turn } = stage({ served: 'old' });
    await ask();
    state.served = 'third';
    expect(await ask()).toBe('third');
    await turn();
    expect(diary).toEqual(['open old', 'open third', 'retire old with 0']);
  });

  it('prepares nothing where nobody searches', async () => {
    const { diary, search } = stage({ served: 'old' });
    await search.prepare(never);
    await search.sync(never);
    expect(search.isOpen).toBe(false);
    expect(diary).toEqual([]);
  });
});
