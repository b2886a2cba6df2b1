/** What one person said, and what was shown to that person, each in order. */
export interface JudgedChat {
  /** What tokens are told with, as they are counted within a chat only. */
  readonly bot: string;
  readonly sent: readonly { readonly token: string; readonly atMs: number; readonly isAcknowledged: boolean }[];
  readonly arrived: readonly { readonly text: string; readonly atMs: number }[];
}

export interface Judgement {
  readonly replies: number;
  /** Acknowledged, and never answered. */
  readonly lost: readonly string[];
  /** Answered more than once. */
  readonly doubled: readonly string[];
  /** When each of them came again. */
  readonly doubledAtMs: readonly number[];
  /** Answered before something that was said earlier; only where replies name what they answer. */
  readonly disordered: readonly string[];
  readonly replyMs: readonly number[];
}

const tokens = /m\d+\.\d+/g;

/** Replies that name tokens are judged one by one, those that are always the same by their number. */
export function judgeChats(chats: readonly JudgedChat[]): Judgement {
  const lost: string[] = [];
  const doubled: string[] = [];
  const doubledAtMs: number[] = [];
  const disordered: string[] = [];
  const replyMs: number[] = [];
  let replies = 0;
  for (const { bot, sent, arrived } of chats) {
    replies += arrived.length;
    const named = arrived.flatMap(({ text, atMs }) => (text.match(tokens) ?? []).map((token) => ({ token, atMs })));
    if (named.length === 0) {
      const expected = sent.filter(({ isAcknowledged }) => isAcknowledged);
      lost.push(...expected.slice(arrived.length).map(({ token }) => `${bot} ${token}`));
      doubled.push(...arrived.slice(sent.length).map(({ text }) => text));
      doubledAtMs.push(...arrived.slice(sent.length).map(({ atMs }) => atMs));
      continue;
    }
    const rankOf = new Map(sent.map(({ token }, rank) => [token, rank]));
    const seen = new Set<string>();
    let highest = -1;
    for (const { token, atMs } of named) {
      const rank = rankOf.get(token) ?? -1;
      if (seen.has(token)) {
        doubled.push(`${bot} ${token}`);
        doubledAtMs.push(atMs);
      } else {
        if (rank < highest) disordered.push(`${bot} ${token}`);
        replyMs.push(atMs - (sent[rank]?.atMs ?? atMs));
      }
      seen.add(token);
      highest = Math.max(highest, rank);
    }
    for (const { token, isAcknowledged } of sent) if (isAcknowledged && !seen.has(token)) lost.push(`${bot} ${token}`);
  }
  return { replies, lost, doubled, doubledAtMs, disordered, replyMs };
}
