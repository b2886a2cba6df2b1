import { beforeEach, expect, it } from 'vitest';
import { TypingSigns } from '../../../../plugins/channels/telegram/typing-signs.ts';
import { FakeClock } from '../../../kit/index.ts';

let clock: FakeClock;
let stop: AbortController;
let shown: string[];
let failed: number;
let signs: TypingSigns;
const turn = (): AbortSignal => new AbortController().signal;

beforeEach(() => {
  clock = new FakeClock();
  stop = new AbortController();
  shown = [];
  failed = 0;
  signs = new TypingSigns({
    clock,
    stopped: stop.signal,
    show: async (conversation) => {
      if (conversation === 'gone') {
        failed += 1;
        throw new Error('no such chat');
      }
      shown.push(conversation);
    },
  });
});

it('shows each conversation after its own moment, with one wait at a time', async () => {
  const first = signs.begin('1', turn());
  await clock.advance(200);
  const second = signs.begin('2', turn());
  expect(clock.pending).toBe(1);
  await clock.advance(100);
  await first;
  expect(shown).toEqual(['1']);
  await clock.advance(200);
  await second;
  expect(shown).toEqual(['1', '2']);
  signs.end('1');
  signs.end('2');
  await clock.advance(4500);
  expect(clock.pending).toBe(0);
});

it('is shown again before Telegram takes it away after five seconds, until the bot has written, with one wait for all', async () => {
  void signs.begin('1', turn());
  await clock.advance(300);
  void signs.begin('2', turn());
  await clock.advance(300);
  expect([shown, clock.pending]).toEqual([['1', '2'], 1]);
  await clock.advance(4200);
  expect(shown).toEqual(['1', '2', '1']);
  signs.end('1');
  await clock.advance(9200);
  expect([shown, clock.pending]).toEqual([['1', '2', '1', '2', '2'], 1]);
  signs.end('2');
  await clock.advance(4500);
  expect([shown.length, clock.pending]).toEqual([5, 0]);
});

it('is shown no more once the turn is given up, showing fails, or nobody can still be writing', async () => {
  const given = new AbortController();
  void signs.begin('1', given.signal);
  void signs.begin('2', turn());
  void signs.begin('gone', turn()).catch(() => undefined);
  await clock.advance(4800);
  given.abort(new Error('given up'));
  await clock.advance(600_000);
  expect(shown.filter((conversation) => conversation === '1')).toHaveLength(2);
  expect(shown.filter((conversation) => conversation === '2')).toHaveLength(27);
  expect([failed, clock.pending]).toEqual([1, 0]);
});

it('shows nothing where the bot has written, and begins anew with the next turn', async () => {
  const first = signs.begin('1', turn());
  signs.end('1');
  await first;
  await clock.advance(200);
  const second = signs.begin('1', turn());
  await clock.advance(299);
  expect(shown).toEqual([]);
  await clock.advance(1);
  await second;
  expect(shown).toEqual(['1']);
  // What was shown is not shown again, whoever writes now.
  signs.end('1');
  await clock.advance(1000);
  expect(shown).toEqual(['1']);
});

it('lets a later turn take the place of one that has not been shown', async () => {
  const first = signs.begin('1', turn());
  await clock.advance(100);
  const second = signs.begin('1', turn());
  await first;
  await clock.advance(200);
  expect(shown).toEqual([]);
  await clock.advance(100);
  await second;
  expect(shown).toEqual(['1']);
});

it('shows nothing of a turn that is given up, and hands on what showing throws', async () => {
  const given = new AbortController();
  const first = expect(signs.begin('1', given.signal)).rejects.toThrow('given up');
  const second = expect(signs.begin('gone', turn())).rejects.toThrow('no such chat');
  given.abort(new Error('given up'));
  await clock.advance(300);
  await Promise.all([first, second]);
  expect(shown).toEqual([]);
});

it('ends with its channel', async () => {
  const waiting = [signs.begin('1', turn()), signs.begin('2', turn())];
  stop.abort(new Error('stopped'));
  await Promise.all(waiting);
  await signs.begin('3', turn());
  expect([shown, clock.pending]).toEqual([[], 0]);
});
