import { expect, it } from 'vitest';
import type { OutboundMessage } from '../../../core/contract/index.ts';
import { judgeSend, type SendFacts } from '../../../core/conversation/outbox/send-policy.ts';

const hourMs = 3_600_000;
const message: OutboundMessage = {
  id: 'o1',
  conversation: '+49301',
  text: 'Your bike is ready.',
  attachments: [],
  actions: [],
  citations: [],
};
const template = { name: 'ready', language: 'en', parameters: [] };
const facts: SendFacts = {
  capabilities: { text: { maxLength: 160, format: 'plain' }, replyWindowMs: 24 * hourMs, consent: 'opt-out' },
  nowMs: 100 * hourMs,
  lastHeardMs: 99 * hourMs,
  consent: 'none',
  purpose: 'reply',
};
const free: SendFacts['capabilities'] = { text: { maxLength: 160, format: 'plain' } };
const asTemplate: SendFacts['outsideWindow'] = (said) => ({ ...said, template });
const carrying: SendFacts['outsideWindow'] = (said) => ({ ...said, template: { ...template, carriesMessage: true } });
const long = 'One sentence of words. '.repeat(10).trim();

it.each<readonly [string, Partial<OutboundMessage>, Partial<SendFacts>, string]>([
  ['within the window', {}, {}, 'send'],
  ['one millisecond before the window closes', {}, { lastHeardMs: 76 * hourMs + 1 }, 'send'],
  ['when the window has just closed', {}, { lastHeardMs: 76 * hourMs }, 'window-closed'],
  ['to a person who never wrote', {}, { lastHeardMs: undefined }, 'window-closed'],
  ['outside the window, with a template mapped', {}, { lastHeardMs: 0, outsideWindow: asTemplate }, 'invite'],
  ['outside the window, with a template that says it', {}, { lastHeardMs: 0, outsideWindow: carrying }, 'template'],
  [
    'outside the window, with no template for this',
    {},
    { lastHeardMs: 0, outsideWindow: () => undefined },
    'window-closed',
  ],
  [
    'outside the window, where the plugin throws',
    {},
    {
      lastHeardMs: 0,
      outsideWindow: () => {
        throw new Error('a mistake of the plugin');
      },
    },
    'template-mapping-failed',
  ],
  ['a template, whenever', { template }, { lastHeardMs: undefined }, 'template'],
  ['a template with a long text beside it', { template, text: long }, { lastHeardMs: 0 }, 'template'],
  ['where the platform has no window', {}, { capabilities: free, lastHeardMs: undefined }, 'send'],
  ['after a stop', {}, { consent: 'out' }, 'opted-out'],
  ['a template after a stop', { template }, { consent: 'out' }, 'opted-out'],
  ['after a stop and after the window', {}, { consent: 'out', lastHeardMs: 0 }, 'opted-out'],
  ['what the law wants answered after a stop', {}, { consent: 'out', purpose: 'notice' }, 'send'],
  ['after a stop on a channel that knows none', {}, { capabilities: free, consent: 'out' }, 'send'],
  ['what fits exactly', { text: 'x'.repeat(160) }, {}, 'send'],
  ['what is too long', { text: long }, {}, 'split'],
  ['what is too long after the window', { text: long }, { lastHeardMs: 0 }, 'window-closed'],
])('judges %s', (_, said, known, expected) => {
  const verdict = judgeSend({ ...message, ...said }, { ...facts, ...known });
  const as = verdict.kind === 'send' && verdict.message.template !== undefined ? 'template' : verdict.kind;
  expect(verdict.kind === 'refuse' ? verdict.reason : as).toBe(expected);
  if (verdict.kind === 'split') {
    expect(verdict.pieces.join(' ')).toBe(long);
    expect(verdict.pieces.every((piece) => piece.length <= 160)).toBe(true);
  }
});
