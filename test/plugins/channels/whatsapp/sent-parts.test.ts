import { expect, it } from 'vitest';
import { SentParts } from '../../../../plugins/channels/whatsapp/sent-parts.ts';

const message = 'out_1';

/** A process that has sent the first of three parts, kept that, and died while it sent the second. */
function keptByTheDead(): string {
  const parts = new SentParts();
  parts.begin(message, 3, undefined);
  parts.tried(message, 0, { status: 'delivered', providerMessageId: 'wamid.1' });
  return parts.progress(message);
}

function toldOf(parts: SentParts, index: number, status: 'sent' | 'failed' = 'sent') {
  return parts.heard({ providerMessageId: `wamid.${index + 1}`, message, part: true, index, status });
}

function left(parts: SentParts): readonly number[] {
  return [0, 1, 2].filter((part) => !parts.isTried(message, part));
}

it('what Meta tells of the part that was under way when a process died is not sent again', () => {
  const parts = new SentParts();
  expect(toldOf(parts, 1)).toEqual({ providerMessageId: 'wamid.2', message, part: true, status: 'sent' });
  parts.begin(message, 3, keptByTheDead());
  expect(left(parts)).toEqual([2]);
  parts.tried(message, 2, { status: 'delivered', providerMessageId: 'wamid.3' });
  expect(parts.end(message)).toEqual({ status: 'delivered', providerMessageId: 'wamid.3' });
});

it('nor is what it tells while the rest goes out', () => {
  const parts = new SentParts();
  parts.begin(message, 3, keptByTheDead());
  parts.tried(message, 1, { status: 'uncertain' });
  expect(parts.isUnsure(message)).toBe(true);
  toldOf(parts, 1);
  expect(parts.isUnsure(message)).toBe(false);
  parts.tried(message, 2, { status: 'uncertain' });
  expect(parts.end(message)).toEqual({ status: 'uncertain' });
  // All are out then, which the last of them says.
  expect(toldOf(parts, 2)).toEqual({ providerMessageId: 'wamid.3', message, status: 'sent' });
});

it('what was told before of a message that goes out whole again is told of the send before', () => {
  const parts = new SentParts();
  toldOf(parts, 1);
  parts.begin(message, 3, undefined);
  expect(left(parts)).toEqual([0, 1, 2]);
});

it('nothing that was told is left of a message that failed', () => {
  const parts = new SentParts();
  toldOf(parts, 1);
  toldOf(parts, 0, 'failed');
  parts.begin(message, 3, keptByTheDead());
  expect(left(parts)).toEqual([1, 2]);
});
