import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hours } from '../../../core/contract/index.ts';
import { createEventBus } from '../../../core/conversation/events/event-bus.ts';
import { asksForHuman } from '../../../core/conversation/handoff/asks-human.ts';
import { TokenBuckets } from '../../../core/conversation/mailbox/token-buckets.ts';
import { languageOf } from '../../../core/conversation/texts/language-of.ts';
import { openingState } from '../../../core/conversation/texts/opening-hours.ts';
import { MarkFilter } from '../../../core/conversation/turn/mark-filter.ts';
import { FakeClock } from '../../kit/index.ts';

describe('marks', () => {
  const filtered = (pieces: readonly string[], passages: number | 'no knowledge' = 3) => {
    const filter = new MarkFilter(passages === 'no knowledge' ? undefined : passages);
    const parts = [...pieces.flatMap((piece) => filter.push(piece)), ...filter.end()];
    return {
      text: parts.map((part) => (part.kind === 'text' ? part.text : '<unknown>')).join(''),
      cited: filter.cited,
    };
  };

  it.each([
    ['600 euros [1].', '600 euros.', [1]],
    ['600 euros[1][3], or less [2, 1].', '600 euros, or less.', [1, 3, 2]],
    ['[1] first', 'first', [1]],
    ['nothing [9] there', 'nothing there', []],
    ['[unknown]', '<unknown>', []],
    ['see [the list](https://x.example/[1])', 'see [the list](https://x.example/)', [1]],
    ['an open [1', 'an open [1', []],
    ['an open [ and [x] and [2024]', 'an open [ and [x] and [2024]', []],
    ['two  spaces \n\n new [2]\n', 'two  spaces \n\n new\n', [2]],
  ])('%j reads %j', (text, visible, cited) => {
    expect(filtered([text])).toEqual({ text: visible, cited });
  });

  it('leaves numbers in brackets alone where there is no knowledge', () => {
    expect(filtered(['chapter [1]'], 'no knowledge')).toEqual({ text: 'chapter [1]', cited: [] });
    // There is knowledge, and none of it was found: a model that cites all the same cites nothing.
    expect(filtered(['You pay in cash [1].'], 0)).toEqual({ text: 'You pay in cash.', cited: [] });
  });

  it('gives the same however the text is cut', () => {
    const word = fc.constantFrom(
      'a',
      ' ',
      '[',
      ']',
      '[1]',
      '[2, 3]',
      '[unknown]',
      '[un',
      'known]',
      '1',
      ',',
      '\n',
      'ü',
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 30 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
        (words, sizes) => {
          const text = words.join('');
          const pieces: string[] = [];
          for (let rest = text; rest !== ''; ) {
            const size = sizes.next().value ?? 1;
            pieces.push(rest.slice(0, size));
            rest = rest.slice(size);
          }
          expect(filtered(pieces)).toEqual(filtered([text]));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('holds nothing back that cannot become a mark', () => {
    const filter = new MarkFilter(3);
    expect(filter.push('see [x')).toEqual([{ kind: 'text', text: 'see [x' }]);
    expect(filter.push(' [1')).toEqual([]);
    expect(filter.push('x')).toEqual([{ kind: 'text', text: ' [1x' }]);
  });
});

describe('the language to answer in', () => {
  const languages = { default: 'de', supported: ['de', 'en', 'ru', 'he'], detect: true };

  it.each([
    ['Was kostet eine Krone bei Ihnen?', {}, 'de'],
    ['And in English, please?', { conversation: 'de' }, 'en'],
    ['ok', { conversation: 'en' }, 'en'],
    ['ok', { locale: 'en-GB' }, 'en'],
    ['ok', { locale: 'fr-FR' }, 'de'],
    ['привет', { conversation: 'de' }, 'ru'],
    ['שלום', {}, 'he'],
    ['12345', { conversation: 'en' }, 'en'],
  ])('%j with %j is %s', (text, known, language) => {
    expect(languageOf(text, languages, known)).toBe(language);
  });

  it('is not guessed where the bot does not detect', () => {
    expect(languageOf('What does it cost?', { ...languages, detect: false }, {})).toBe('de');
  });
});

describe('the wish for a human', () => {
  it.each([
    'I want to speak to a real person',
    'Could I please talk with someone from your team?',
    'Kann ich bitte mit einem echten Menschen sprechen?',
    'Verbinden Sie mich bitte!',
    'Quiero hablar con una persona',
    'Je voudrais parler à quelqu’un',
    'Соедините меня с оператором',
    'Хочу поговорить с живым человеком',
    'אני רוצה לדבר עם נציג',
    'I want a human',
    'Can I get a human here?',
    'Human!',
    'Agent, please.',
    'Ich will einen Menschen!',
    'Mitarbeiter bitte',
    'оператор',
    'נציג בבקשה',
  ])('is heard in %j', (text) => {
    expect(asksForHuman(text)).toBe(true);
  });

  it.each([
    'How many people live in Berlin?',
    'Was kostet die Behandlung für zwei Personen?',
    '¿Cuántas personas caben?',
    'Сколько человек работает у вас?',
    'Is this plan good for a person who works from home?',
    'Are you a human?',
    'Is there an agent for Leipzig?',
    'Wie viele Mitarbeiter haben Sie?',
    'Kann ein Mensch das heben?',
  ])('is not heard in %j', (text) => {
    expect(asksForHuman(text)).toBe(false);
  });

  it('takes no time over a long text', () => {
    const startMs = performance.now();
    asksForHuman('speak to '.repeat(100_000));
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});

describe('opening hours', () => {
  const hours: Hours = {
    weekly: {
      1: [
        [480, 720],
        [840, 1080],
      ],
      5: [[1320, 1560]],
    },
    exceptions: [{ from: '2026-12-07', to: '2026-12-07', open: [], note: 'Inventory' }],
    whenClosed: { bot: 'on' },
  };
  const at = (iso: string) => openingState(hours, 'Europe/Berlin', Date.parse(iso));

  it('are local, with a break', () => {
    expect(at('2026-11-23T07:30:00Z').open).toBe(true);
    expect(at('2026-11-23T06:59:00Z')).toMatchObject({ open: false, nextOpenAtMs: Date.parse('2026-11-23T07:00:00Z') });
    expect(at('2026-11-23T11:30:00Z')).toMatchObject({ open: false, nextOpenAtMs: Date.parse('2026-11-23T13:00:00Z') });
  });

  it('may go past midnight', () => {
    expect(at('2026-11-28T00:30:00Z').open).toBe(true);
    expect(at('2026-11-28T01:30:00Z').open).toBe(false);
  });

  it('give way to exceptions, and look past them', () => {
    expect(at('2026-12-07T08:00:00Z')).toEqual({
      open: false,
      note: 'Inventory',
      nextOpenAtMs: Date.parse('2026-12-11T21:00:00Z'),
    });
  });

  it('find the next opening over a change of the clocks', () => {
    const spring = openingState({ ...hours, exceptions: [] }, 'Europe/Berlin', Date.parse('2026-03-28T12:00:00Z'));
    expect(spring.nextOpenAtMs).toBe(Date.parse('2026-03-30T06:00:00Z'));
  });
});

it('refills a bucket evenly, and takes of all keys or of none', async () => {
  const clock = new FakeClock();
  const buckets = new TokenBuckets(clock);
  const small = { key: 'small', rate: { count: 1, perMs: 1000 } };
  const large = { key: 'large', rate: { count: 2, perMs: 1000 } };
  expect(buckets.take([small, large])).toBeUndefined();
  expect(buckets.take([small, large])).toEqual({ key: 'small', retryAfterMs: 1000 });
  expect(buckets.take([large])).toBeUndefined();
  expect(buckets.take([large])).toEqual({ key: 'large', retryAfterMs: 500 });
  await clock.advance(500);
  expect(buckets.take([large])).toBeUndefined();
});

it('tells every subscriber of a tenant, also after one that throws, and nobody else', () => {
  const bus = createEventBus();
  const seen: string[] = [];
  bus.subscribe('a', () => {
    throw new Error('no');
  });
  const second = bus.subscribe('a', () => seen.push('a'));
  bus.subscribe('*', () => seen.push('*'));
  bus.subscribe('b', () => seen.push('b'));
  const event = { type: 'bot.reloaded', tenantId: 'a', at: '', revision: 'r' } as const;
  bus.emit(event);
  second[Symbol.dispose]();
  bus.emit(event);
  expect(seen).toEqual(['a', '*', '*']);
});
