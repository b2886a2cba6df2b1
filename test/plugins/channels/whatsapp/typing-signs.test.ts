import { beforeEach, expect, it } from 'vitest';
import { TypingSigns } from '../../../../plugins/channels/whatsapp/typing-signs.ts';
import { FakeClock } from '../../../kit/index.ts';

let clock: FakeClock;
let stop: AbortController;
let shown: string[];
let signs: TypingSigns;
const turn = (): AbortSignal => new AbortController().signal;

beforeEach(() => {
  clock = new FakeClock();
  stop = new AbortController();
  shown = [];
  signs = new TypingSigns({
    clock,
    stopped: stop.signal,
    show: async (conversation) => {
      shown.push(conversation);
      if (conversation === 'gone') throw new Error('no such message');
    },
  });
});

it('is shown at once, and again where Meta has taken it away, until the bot has written, with one wait for all', async () => {
  await signs.begin('1', turn());
  await clock.advance(1000);
  await signs.begin('2', turn());
  expect([shown, clock.pending]).toEqual([['1', '2'], 1]);
  await clock.advance(24_500);
  expect(shown).toEqual(['1', '2', '1']);
  signs.end('1');
  await clock.advance(26_500);
  expect(shown).toEqual(['1', '2', '1', '2', '2']);
  signs.end('2');
  await clock.advance(26_000);
  expect([shown.length, clock.pending]).toEqual([5, 0]);
});

it('is shown no more once the turn is given up, showing fails, the channel ends or nobody can still be writing', async () => {
  const given = new AbortController();
  await signs.begin('1', given.signal);
  await signs.begin('2', turn());
  await expect(signs.begin('gone', turn())).rejects.toThrow('no such message');
  given.abort();
  await clock.advance(600_000);
  expect(shown).toEqual(['1', '2', 'gone', '2', '2', '2', '2']);
  expect(clock.pending).toBe(0);
  await signs.begin('3', turn());
  stop.abort();
  await clock.advance(60_000);
  expect([shown.at(-1), clock.pending]).toEqual(['3', 0]);
});
