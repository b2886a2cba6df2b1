import type { Statistics } from '../store/statistics.ts';

/** What went on in one channel of a bot. */
export interface ChannelStatistics {
  /** The key in `channels:`. */
  readonly channel: string;
  readonly messages: { readonly received: number; readonly sent: number };
  readonly turns: {
    readonly answered: number;
    readonly unknown: number;
    readonly failed: number;
    readonly silent: number;
  };
  readonly handoffs: number;
  /** From the first message of a turn to its reply; absent where nothing was answered. */
  readonly responseMs?: { readonly median: number; readonly p95: number };
  readonly deliveries: { readonly dead: number; readonly uncertain: number };
}

/** By channel, the busiest first; `since` is milliseconds since the epoch. */
export function channelStatistics(statistics: Statistics, since: number): readonly ChannelStatistics[] {
  const [messages, turns, responses, handoffs, outbox] = [
    statistics.messages(since),
    statistics.turns(since),
    statistics.responses(since),
    statistics.handoffs(since),
    statistics.outbox(since),
  ];
  const channels = new Set([...messages, ...turns, ...handoffs, ...outbox].map(({ channel }) => channel));
  const of = <Row extends { readonly channel: string }>(channel: string, rows: readonly Row[]) =>
    rows.filter((row) => row.channel === channel);
  return [...channels]
    .map((channel): ChannelStatistics => {
      const times = of(channel, responses).map(({ ms }) => ms);
      const said = of(channel, messages);
      const ended = of(channel, turns);
      const sent = of(channel, outbox);
      const by = (outcome: string): number => sum(ended.filter((row) => row.outcome === outcome));
      return {
        channel,
        messages: {
          received: sum(said.filter(({ role }) => role === 'contact')),
          sent: sum(said.filter(({ role }) => role === 'bot' || role === 'operator')),
        },
        turns: { answered: by('answered'), unknown: by('unknown'), failed: by('failed'), silent: by('silent') },
        handoffs: sum(of(channel, handoffs)),
        ...(times.length === 0 ? {} : { responseMs: { median: quantile(times, 0.5), p95: quantile(times, 0.95) } }),
        deliveries: {
          dead: sum(sent.filter(({ state }) => state === 'dead')),
          uncertain: sum(sent.filter(({ state }) => state === 'uncertain')),
        },
      };
    })
    .sort((one, other) => other.messages.received - one.messages.received || one.channel.localeCompare(other.channel));
}

function sum(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((total, { count }) => total + count, 0);
}

/** The nearest rank: a time that was really measured. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
