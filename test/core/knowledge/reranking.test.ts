import { describe, expect, it } from 'vitest';
import { type Passage, PolyphonError, type Reranker } from '../../../core/contract/index.ts';
import { passageSearch } from '../../../core/knowledge/passage-search.ts';
import { Reranking } from '../../../core/knowledge/reranking.ts';
import { FakeClock, settled } from '../../kit/index.ts';
import { never, recordingLog } from './tenant-knowledge.ts';
import { named, passages, question, retrievalOf } from './written-passages.ts';

/** Judges by a list of scores, in the order in which passages are given. */
function judging(...scores: readonly number[]): Reranker & { readonly asked: (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  return {
    id: 'judge',
    asked,
    rerank: async (_question, texts) => {
      asked.push(texts);
      return scores.slice(0, texts.length).map((score, index) => ({ index, score }));
    },
  };
}

function stage(all: readonly Passage[], reranker: Reranker | Error, candidates = 20) {
  const clock = new FakeClock();
  const log = recordingLog();
  const outcomes: string[] = [];
  const retrieval = retrievalOf(all);
  const reranking = new Reranking({
    candidates,
    timeoutMs: 2000,
    open: async () => {
      if (reranker instanceof Error) throw reranker;
      return reranker;
    },
    clock,
    log,
    onEnd: (outcome) => outcomes.push(outcome),
  });
  const search = passageSearch(retrieval, { perDocument: 3, reranking });
  return { clock, log, outcomes, retrieval, search };
}

describe('a reranker', () => {
  it('is handed the candidates with their titles, and its order replaces that of the search', async () => {
    const reranker = judging(0.1, -3, 5.5);
    const { search, outcomes } = stage(passages('a 0.9', 'b 0.8', 'c 0.7'), reranker);
    const found = await search.search(question, never);
    expect(named(found)).toEqual(['c2', 'c0', 'c1']);
    expect(found.map(({ scores }) => scores.rerank)).toEqual([5.5, 0.1, -3]);
    expect(reranker.asked).toEqual([['a\nChapter\ntext 0', 'b\nChapter\ntext 1', 'c\nChapter\ntext 2']]);
    expect(outcomes).toEqual(['ok']);
  });

  it('judges by the words of the person, and by what was said before where they need it', async () => {
    const questions: string[] = [];
    const { search } = stage(passages('a 0.9'), {
      id: 'judge',
      rerank: async (question) => {
        questions.push(question);
        return [{ index: 0, score: 1 }];
      },
    });
    await search.search({ text: 'guarantee lamp', asked: 'How long is the guarantee of a Lamp?' }, never);
    await search.search({ text: 'opening hours sundays', asked: 'And on Sundays?' }, never);
    await search.search({ text: 'When do you open?' }, never);
    expect(questions).toEqual([
      'How long is the guarantee of a Lamp?',
      'And on Sundays? opening hours sundays',
      'When do you open?',
    ]);
  });

  it('may lift what the search thinks little of, but what is behind all that is good stays unused', async () => {
    const { search } = stage(passages('a 0.6', 'b 0.2', 'c 0.1', 'd 0.05'), judging(3, 9, 1, 2));
    const found = await search.search(question, never);
    expect(named(found)).toEqual(['c1', 'c0']);
    expect(found.map(({ score }) => score)).toEqual([0.6, 0.6]);
    const below = await search.search({ ...question, below: 'keep' }, never);
    expect(named(below)).toEqual(['c1', 'c0', 'c3', 'c2']);
  });

  it('does not decide what is unknown, and is not asked then, unless its scores are calibrated', async () => {
    const reranker = judging(9, 9);
    const unknown = stage(passages('a 0.2', 'b 0.1'), reranker);
    expect(await unknown.search.search(question, never)).toEqual([]);
    expect(reranker.asked).toEqual([]);

    const calibrated = stage(passages('a 0.2', 'b 0.1'), { ...judging(0.1, 0.7), minScore: 0.5 });
    const found = await calibrated.search.search(question, never);
    expect(found.map(({ chunk, score }) => [chunk, score])).toEqual([['c1', 0.7]]);
    const refused = stage(passages('a 0.9', 'b 0.8'), { ...judging(0.1, 0.2), minScore: 0.5 });
    expect(await refused.search.search(question, never)).toEqual([]);
    expect(named(await refused.search.search({ ...question, below: 'keep' }, never))).toEqual(['c1', 'c0']);
  });

  it('judges no more than the candidates; the others stand behind', async () => {
    const reranker = judging(1, 2);
    const { search, retrieval } = stage(passages('a 0.9', 'b 0.8', 'c 0.7'), reranker, 2);
    expect(named(await search.search(question, never))).toEqual(['c1', 'c0', 'c2']);
    expect(reranker.asked[0]).toHaveLength(2);
    expect(retrieval.queries[0]).toMatchObject({ limit: 15, below: 'keep' });
  });

  it('may leave passages out: they stand behind', async () => {
    const { search } = stage(passages('a 0.9', 'b 0.8', 'c 0.7'), {
      id: 'judge',
      rerank: async () => [{ index: 1, score: 1 }],
    });
    expect(named(await search.search(question, never))).toEqual(['c1', 'c0', 'c2']);
  });

  it.each([
    ['fails', async () => Promise.reject(new PolyphonError('RNK8303', 'Away.')), 'RNK8303'],
    [
      'throws at once',
      () => {
        throw new TypeError('no');
      },
      undefined,
    ],
    ['names what it was not given', async () => [{ index: 7, score: 1 }], 'RNK8304'],
    [
      'names one twice',
      async () => [
        { index: 0, score: 1 },
        { index: 0, score: 2 },
      ],
      'RNK8304',
    ],
    ['gives no number', async () => [{ index: 0, score: Number.NaN }], 'RNK8304'],
    ['gives nothing', async () => [], 'RNK8304'],
  ] as const)('that %s leaves the order of the search, with a warning that is counted', async (_what, rerank, code) => {
    const { search, outcomes, log } = stage(passages('a 0.9', 'b 0.8', 'c 0.1'), {
      id: 'judge',
      rerank: rerank as Reranker['rerank'],
    });
    expect(named(await search.search(question, never))).toEqual(['c0', 'c1']);
    expect(outcomes).toEqual(['failed']);
    expect(log.lines).toMatchObject([{ level: 'warn', fields: code === undefined ? {} : { code } }]);
  });

  it('that cannot be opened leaves the order of the search', async () => {
    const { search, outcomes } = stage(passages('a 0.9', 'b 0.8'), new PolyphonError('PLG2006', 'Not installed.'));
    expect(named(await search.search(question, never))).toEqual(['c0', 'c1']);
    expect(outcomes).toEqual(['failed']);
  });

  it('that is late and deaf is left behind when its time is over', async () => {
    const { search, clock, outcomes, log } = stage(passages('a 0.9', 'b 0.8'), {
      id: 'judge',
      rerank: () => new Promise(() => {}),
    });
    const searching = search.search(question, never);
    await settled();
    await clock.advance(2000);
    expect(named(await searching)).toEqual(['c0', 'c1']);
    expect(outcomes).toEqual(['timeout']);
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { outcome: 'timeout', timeoutMs: 2000 } }]);
    expect(clock.pending).toBe(0);
  });

  it('hears the signal of the question, whose end is no failure of its own', async () => {
    let heard: AbortSignal | undefined;
    const { search, outcomes } = stage(passages('a 0.9'), {
      id: 'judge',
      rerank: (_question, _texts, signal) => {
        heard = signal;
        return new Promise(() => {});
      },
    });
    const stop = new AbortController();
    const searching = search.search(question, stop.signal);
    await settled();
    stop.abort(new Error('the turn is over'));
    await expect(searching).rejects.toThrow('the turn is over');
    expect(heard?.aborted).toBe(true);
    expect(outcomes).toEqual([]);
  });

  it('that failed three times in a row rests for half a minute, and is then asked again', async () => {
    let asked = 0;
    const { search, clock, outcomes } = stage(passages('a 0.9'), {
      id: 'judge',
      rerank: async () => {
        asked += 1;
        throw new Error('away');
      },
    });
    for (let times = 0; times < 5; times += 1) await search.search(question, never);
    expect(asked).toBe(3);
    expect(outcomes).toEqual(['failed', 'failed', 'failed', 'resting', 'resting']);
    await clock.advance(30_000);
    await search.search(question, never);
    expect(asked).toBe(4);
    await search.search(question, never);
    expect(outcomes.slice(-2)).toEqual(['failed', 'resting']);
  });

  it('is not asked where nothing is found', async () => {
    const reranker = judging(1);
    const { search } = stage([], reranker);
    expect(await search.search(question, never)).toEqual([]);
    expect(reranker.asked).toEqual([]);
  });

  it('makes its order diverse too', async () => {
    const all = passages('a 0.9', 'a 0.9', 'a 0.9', 'a 0.9', 'a 0.9', 'b 0.8');
    const { search } = stage(all, judging(9, 8, 7, 6, 5, 1));
    expect(named(await search.search(question, never))).toEqual(['c0', 'c1', 'c2', 'c3', 'c5']);
  });
});
