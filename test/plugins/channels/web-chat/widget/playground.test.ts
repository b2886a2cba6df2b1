import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ReloadReport, TenantSummary } from '../../../../../core/kernel/face.ts';
import { plainMessage, type StreamEvent } from '../../../../../plugins/channels/web-chat/widget/panel/wire.ts';
import { traceReply } from '../../../../../plugins/channels/web-chat/widget/play/replies.ts';
import type * as wire from '../../../../../plugins/channels/web-chat/widget/play/wire.ts';
import { webChannel } from '../../../../../plugins/channels/web-chat/widget/play/wire.ts';

const message = plainMessage({ id: 'm2', role: 'bot', text: 'It costs 640 EUR.' });
const citation = { source: 'prices', document: 'a.md', chunk: '1', score: 0.8, title: 'Prices', quote: 'Crown: 640' };

describe('the playground', () => {
  it('reads what the kernel writes', () => {
    expectTypeOf<TenantSummary>().toExtend<wire.BotSummary>();
    expectTypeOf<ReloadReport>().toExtend<wire.ReloadReport>();
  });

  it('notes of a reply its times, its sources and the revision it began with', () => {
    const events: readonly [StreamEvent, number, string][] = [
      [{ id: 1, type: 'reply.started', turn: 't1' }, 100, 'r1'],
      [{ id: 2, type: 'reply.delta', turn: 't1', text: 'It ' }, 140, 'r2'],
      [{ id: 3, type: 'reply.delta', turn: 't1', text: 'costs' }, 160, 'r2'],
      [
        {
          id: 4,
          type: 'reply.completed',
          turn: 't1',
          message,
          citations: [citation],
          usage: { inputTokens: 9, outputTokens: 4 },
        },
        300,
        'r2',
      ],
      [{ id: 5, type: 'reply.delta', turn: 't1', text: 'late' }, 400, 'r2'],
    ];
    const [reply] = events.reduce<ReturnType<typeof traceReply>>(
      (known, [event, now, revision]) => traceReply(known, event, now, revision),
      [],
    );
    expect(reply).toMatchObject({
      state: 'completed',
      revision: 'r1',
      firstTextMs: 40,
      totalMs: 200,
      text: message.text,
      citations: [citation],
    });
  });

  it('keeps the newest twenty replies, newest first', () => {
    let replies: ReturnType<typeof traceReply> = [];
    for (let turn = 1; turn <= 25; turn++)
      replies = traceReply(replies, { id: turn, type: 'reply.failed', turn: `t${turn}`, code: 'X' }, turn, undefined);
    expect(replies.map(({ turn }) => turn).slice(0, 2)).toEqual(['t25', 't24']);
    expect(replies).toHaveLength(20);
  });

  it('speaks by the first web chat that is switched on', () => {
    const bot = {
      channels: [
        { key: 'a', use: 'web-chat', enabled: false },
        { key: 'b', use: 'telegram', enabled: true },
        { key: 'c', use: 'web-chat', enabled: true },
      ],
    };
    expect(webChannel(bot as unknown as wire.BotSummary)).toBe('c');
  });
});
