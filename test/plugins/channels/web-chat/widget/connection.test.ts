import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  type ConnectionStatus,
  openConnection,
} from '../../../../../plugins/channels/web-chat/widget/panel/connection.ts';
import { createFakeLine } from './fake-line.ts';

function connect(more: { readonly sockets?: 'none' } = {}) {
  const line = createFakeLine();
  const seen: number[] = [];
  const statuses: ConnectionStatus[] = [];
  const ends = { expired: 0 };
  const connection = openConnection(
    {
      address: { origin: 'https://bots.example', tenant: 'praxis', channel: 'web' },
      session: { session: 's1', token: 'secret', expiresAt: '' },
      after: () => seen.at(-1) ?? 0,
      onEvent: (event) => seen.push(event.id),
      onStatus: (status) => statuses.push(status),
      onExpired: () => ends.expired++,
    },
    more.sockets === 'none' ? { ...line.ports, openSocket: undefined } : line.ports,
  );
  return { ...line, seen, statuses, ends, connection };
}
const typing = (id: number) => ({ id, type: 'typing', role: 'bot' });
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the connection', () => {
  it('comes by socket, with the token and the last event', () => {
    const { last, statuses } = connect();
    expect(last().url.href).toBe('wss://bots.example/v1/praxis/web/sessions/s1?token=secret&after=0');
    last().open();
    expect(statuses).toEqual(['connecting', 'live']);
  });

  it('goes on after the last event when the line is lost', () => {
    const { last, seen, timers, sockets } = connect();
    last().open();
    last().tell(typing(1));
    last().tell(typing(2));
    last().fall();
    timers.advance(backoffMs(0, 0.5));
    expect(sockets).toHaveLength(2);
    expect(last().url.searchParams.get('after')).toBe('2');
    last().open();
    last().tell(typing(3));
    expect(seen).toEqual([1, 2, 3]);
  });

  it('waits longer with every failure, up to a limit, and afresh after a success', () => {
    expect([0, 1, 2, 3, 10].map((attempt) => backoffMs(attempt, 1))).toEqual([400, 800, 1600, 3200, 20_000]);
    expect(backoffMs(3, 0)).toBe(1600);
    const { last, timers, sockets } = connect();
    last().open();
    last().fall();
    expect(timers.pending()).toEqual([backoffMs(0, 0.5)]);
    timers.advance(backoffMs(0, 0.5));
    last().open();
    last().fall();
    expect(timers.pending()).toEqual([backoffMs(0, 0.5)]);
    expect(sockets.length).toBe(2);
  });

  it('takes the stream when a socket does not open, and stays with it while it works', async () => {
    const { last, streams, timers, seen, statuses } = connect();
    last().fall();
    timers.advance(1000);
    expect(streams[0]?.url.pathname).toBe('/v1/praxis/web/sessions/s1/stream');
    streams[0]?.answer(new Response('id: 1\nevent: typing\ndata: {"role":"bot"}\n\n'));
    await settled();
    expect(seen).toEqual([1]);
    expect(statuses).toContain('live');
    timers.advance(1000);
    expect(streams).toHaveLength(2);
    expect(streams[1]?.url.searchParams.get('after')).toBe('1');
  });

  it('takes the stream at once when the page forbids sockets', () => {
    const { last, streams, timers, sockets } = connect();
    last().forbid();
    timers.advance(backoffMs(0, 0.5));
    expect(streams).toHaveLength(1);
    expect(sockets).toHaveLength(1);
  });

  it('counts an error and the closing after it once', () => {
    const { last, timers, streams } = connect();
    const failed = last();
    failed.forbid();
    failed.fall();
    timers.advance(backoffMs(0, 0.5));
    expect(streams).toHaveLength(1);
    expect(timers.pending()).toEqual([6000]);
  });

  it('does without sockets where there are none', () => {
    expect(connect({ sockets: 'none' }).streams).toHaveLength(1);
  });

  it('ends when the server says that the session is no more', async () => {
    const { last, streams, timers, ends } = connect();
    last().fall();
    timers.advance(1000);
    streams[0]?.answer(new Response('{}', { status: 401 }));
    await settled();
    expect(ends.expired).toBe(1);
    expect(timers.pending()).toEqual([]);
  });

  it('gives up a socket that neither opens nor fails', () => {
    const { last, timers, streams } = connect();
    const silent = last();
    timers.advance(8000);
    expect(silent.closed).toBe(true);
    expect(streams).toHaveLength(1);
  });

  it('notices a line that is dead without a word', () => {
    const { last, timers, sockets } = connect();
    const first = last();
    first.open();
    timers.advance(25_000);
    expect(first.sent).toEqual(['{"type":"ping"}']);
    first.tell({ type: 'pong' });
    timers.advance(25_000);
    expect(first.sent).toHaveLength(2);
    timers.advance(11_000);
    expect(first.closed).toBe(true);
    expect(sockets).toHaveLength(2);
  });

  it('is deaf to a line that it has given up', () => {
    const { last, connection, seen } = connect();
    const old = last();
    old.open();
    const hear = old.onmessage;
    connection.restart();
    hear?.({ data: JSON.stringify(typing(9)) });
    expect(seen).toEqual([]);
  });

  it('starts at once when the network is back, and never again when closed', () => {
    const { last, connection, sockets, timers } = connect();
    last().open();
    last().fall();
    connection.restart();
    expect(sockets).toHaveLength(2);
    expect(timers.pending()).toEqual([6000]);
    connection.close();
    expect(timers.pending()).toEqual([]);
    connection.restart();
    expect(sockets).toHaveLength(2);
  });

  it('passes over frames it cannot read', () => {
    const { last, seen } = connect();
    last().open();
    for (const frame of ['no json', '[]', 'null', { type: 'ack', ref: '1' }, { type: 'typing' }]) last().tell(frame);
    expect(seen).toEqual([]);
  });
});
