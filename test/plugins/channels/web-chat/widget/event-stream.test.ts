import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader } from '../../../../../plugins/channels/web-chat/widget/panel/event-stream.ts';
import { readEvent } from '../../../../../plugins/channels/web-chat/widget/panel/wire.ts';

const text =
  ': open\n\nid: 1\nevent: typing\ndata: {"role":"bot"}\n\nid: 2\r\nevent: a\r\ndata: one\r\ndata: two\r\n\r\ndata:\r\rdata: no id\r\r';
const whole = [
  { event: 'typing', id: '1', data: '{"role":"bot"}' },
  { event: 'a', id: '2', data: 'one\ntwo' },
  { event: 'message', id: '2', data: '' },
  { event: 'message', id: '2', data: 'no id' },
];

describe('server-sent events', () => {
  it('are the same however the network cuts them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const read = createFrameReader();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const frames = edges.flatMap((edge, index) => read(text.slice(edges[index - 1] ?? 0, edge)));
        // The last line break may be half of one: a further line shows.
        expect([...frames, ...read('\n')]).toEqual(whole);
      }),
    );
  });

  it('give no frame for a heartbeat', () => {
    expect(createFrameReader()(': still here\n\n: still here\n\n')).toEqual([]);
  });
});

describe('an event', () => {
  it('takes what its frame says where its data does not', () => {
    expect(readEvent({ role: 'bot' }, 'typing', '4')).toEqual({ id: 4, type: 'typing', role: 'bot' });
    expect(readEvent({ id: 4, type: 'typing', role: 'bot' }, 'message', '9')).toEqual({
      id: 4,
      type: 'typing',
      role: 'bot',
    });
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [{ type: 'pong' }],
    [{ type: 'voice.started', id: 1 }],
    [{ type: 'typing' }],
    [{ type: 'ack', ref: '1' }],
  ])('%j is none that the chat knows', (frame) => expect(readEvent(frame)).toBeUndefined());
});
