import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyEvent,
  draftText,
  emptyTranscript,
  type Transcript,
  withMessage,
  withOutgoing,
} from '../../../../../plugins/channels/web-chat/widget/panel/transcript.ts';
import { plainMessage, type StreamEvent } from '../../../../../plugins/channels/web-chat/widget/panel/wire.ts';

const usage = { inputTokens: 1, outputTokens: 1 };
const question = plainMessage({ id: 'm1', role: 'contact', text: 'What does it cost?' });
const answer = plainMessage({ id: 'm2', role: 'bot', text: 'It costs 640 EUR.' });
const turn: readonly StreamEvent[] = [
  { id: 1, type: 'message.received', message: question },
  { id: 2, type: 'typing', role: 'bot' },
  { id: 3, type: 'reply.started', turn: 't1' },
  { id: 4, type: 'reply.delta', turn: 't1', text: 'It costs ' },
  { id: 5, type: 'reply.delta', turn: 't1', text: '640 ' },
  { id: 6, type: 'reply.delta', turn: 't1', text: 'EUR.' },
  { id: 7, type: 'reply.completed', turn: 't1', message: answer, citations: [], usage },
];
const read = (events: readonly StreamEvent[], start: Transcript = emptyTranscript) => events.reduce(applyEvent, start);
const lines = (transcript: Transcript) =>
  transcript.entries.map((entry) => {
    if (entry.kind === 'message') return `${entry.message.role}: ${entry.message.text}`;
    if (entry.kind === 'draft') return `draft: ${draftText(entry)}`;
    return entry.kind === 'outgoing' ? `${entry.delivery}: ${entry.outgoing.text}` : 'failure';
  });

describe('the transcript', () => {
  it('shows a reply as it grows, and then whole, as one line', () => {
    const half = read(turn.slice(0, 5));
    expect(lines(half)).toEqual(['contact: What does it cost?', 'draft: It costs 640 ']);
    const whole = read(turn);
    expect(lines(whole)).toEqual(['contact: What does it cost?', 'bot: It costs 640 EUR.']);
    expect(whole.entries[1]?.key).toBe(half.entries[1]?.key);
  });

  it('is the same whatever is repeated', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(turn.length - 1), { maxLength: 20 }), (again) => {
        // A resumed stream starts anywhere before its end and runs from there.
        const events = turn.flatMap((event, index) => [
          event,
          ...again.filter((at) => at <= index).flatMap((at) => turn.slice(at, index + 1)),
        ]);
        expect(lines(read(events))).toEqual(lines(read(turn)));
      }),
      { numRuns: 50 },
    );
  });

  it('puts pieces that come out of order where they belong', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...turn.slice(2, 6)], { minLength: 4 }), (shuffled) => {
        const [draft] = read(shuffled).entries;
        expect(draft?.kind === 'draft' && draftText(draft)).toBe('It costs 640 EUR.');
      }),
    );
  });

  it('ends well in whatever order the whole turn comes', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...turn], { minLength: turn.length }), (shuffled) => {
        const end = read(shuffled);
        expect(lines(end).toSorted()).toEqual(lines(read(turn)).toSorted());
        expect(end.lastEventId).toBe(7);
      }),
    );
  });

  it('is taken up by a reloaded page from where no reply was half written', () => {
    expect(read(turn.slice(0, 2)).resumeFrom).toBe(2);
    expect(read(turn.slice(0, 5)).resumeFrom).toBe(2);
    expect(read(turn).resumeFrom).toBe(7);
    const reloaded = read(turn.slice(2), withMessage({ ...emptyTranscript, lastEventId: 2, resumeFrom: 2 }, question));
    expect(lines(reloaded)).toEqual(lines(read(turn)));
  });

  it('knows a message of the history again when its events are replayed', () => {
    const restored = [question, answer].reduce(
      (transcript, message) => withMessage(transcript, message),
      emptyTranscript,
    );
    expect(lines(read(turn, restored))).toEqual(lines(read(turn)));
  });

  it('drops the draft of a turn that another superseded', () => {
    const restarted = read([
      ...turn.slice(0, 5),
      { id: 6, type: 'reply.started', turn: 't2' },
      { id: 7, type: 'reply.delta', turn: 't1', text: 'late' },
    ]);
    expect(lines(restarted)).toEqual(['contact: What does it cost?', 'draft: ']);
  });

  it('drops what the bot was about to say when a person takes over', () => {
    const taken = read([
      ...turn.slice(0, 5),
      { id: 6, type: 'ownership.changed', owner: 'human' },
      { id: 7, type: 'reply.delta', turn: 't1', text: 'late' },
    ]);
    expect(lines(taken)).toEqual(['contact: What does it cost?']);
    expect(taken.owner).toBe('human');
  });

  it('says that no answer came when a reply fails without words, and shows the words when it has some', () => {
    const failed: StreamEvent = { id: 6, type: 'reply.failed', turn: 't1', code: 'MODEL' };
    expect(lines(read([...turn.slice(0, 4), failed]))).toEqual(['contact: What does it cost?', 'failure']);
    expect(lines(read([...turn.slice(0, 4), { ...failed, message: answer }]))).toEqual([
      'contact: What does it cost?',
      'bot: It costs 640 EUR.',
    ]);
  });

  it('is not set back by an older state', () => {
    const closed = read([
      { id: 9, type: 'session.changed', state: 'closed' },
      { id: 8, type: 'session.changed', state: 'active' },
    ]);
    expect(closed.state).toBe('closed');
  });
});

describe('a message of one’s own', () => {
  const outgoing = { id: 'c1', text: 'What does it cost?' };
  const sent = withOutgoing(emptyTranscript, outgoing, 'sending');

  it('stays one line when the event comes before the answer to the request', () => {
    const told = applyEvent(sent, turn[0] as StreamEvent);
    expect(lines(told)).toEqual(['contact: What does it cost?']);
    expect(told.entries[0]?.key).toBe('c1');
    expect(lines(withMessage(told, question, 'c1'))).toEqual(['contact: What does it cost?']);
  });

  it('stays one line when the answer comes first', () => {
    const answered = withMessage(sent, question, 'c1');
    expect(lines(applyEvent(answered, turn[0] as StreamEvent))).toEqual(['contact: What does it cost?']);
  });

  it('is not marked as failed once the server has told of it', () => {
    const told = applyEvent(sent, turn[0] as StreamEvent);
    expect(lines(withOutgoing(told, outgoing, 'waiting'))).toEqual(['contact: What does it cost?']);
  });

  it('is two lines when it is said twice', () => {
    const twice = withOutgoing(applyEvent(sent, turn[0] as StreamEvent), { ...outgoing, id: 'c2' }, 'sending');
    const told = applyEvent(twice, { id: 8, type: 'message.received', message: { ...question, id: 'm9' } });
    expect(lines(told)).toEqual(['contact: What does it cost?', 'contact: What does it cost?']);
  });
});
