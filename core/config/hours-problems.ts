import { parseInterval } from './formats.ts';
import { mapOf, valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { displayPath } from './source-text.ts';
import { keyPlaceAt, type Node } from './tree.ts';
import { weekOf } from './week.ts';

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** What a schema cannot say of opening hours. */
export function hoursProblems(tree: Node, value: unknown): readonly Problem[] {
  return [...crossingProblems(tree, value), ...exceptionProblems(tree, value)];
}

/** Spans that cross, as mon-wed and wed-fri, and say two things of a day. */
function crossingProblems(tree: Node, value: unknown): readonly Problem[] {
  const weekly = mapOf(valueAt(value, ['hours', 'weekly'])) ?? {};
  const told = new Set<string>();
  return weekOf(Object.keys(weekly)).flatMap((keys, day): readonly Problem[] => {
    const [first = '', ...others] = keys;
    const later = others.find((key) => hoursIn(weekly[key]) !== hoursIn(weekly[first]));
    if (later === undefined || told.has(`${first} ${later}`)) return [];
    told.add(`${first} ${later}`);
    const { source, start } = keyPlaceAt(tree, ['hours', 'weekly', first]);
    const { line, column } = source.position(start);
    const there = `${displayPath(source.path)}:${line}:${column}`;
    return [
      {
        severity: 'error',
        code: 'BOT1034',
        place: keyPlaceAt(tree, ['hours', 'weekly', later]),
        summary: `"${later}" and "${first}" tell different hours of ${dayNames[day]}`,
        detail: `let only one of them hold that day, or give it a key of its own, which then counts; "${first}" stands at ${there}`,
      },
    ];
  });
}

/** The same for the same hours, however they are written and in whatever order. */
function hoursIn(intervals: unknown): string {
  if (!Array.isArray(intervals)) return '';
  return intervals
    .map((text) => (typeof text === 'string' ? (parseInterval(text)?.join('-') ?? text) : ''))
    .toSorted()
    .join();
}

/** What a schema cannot say of an exception to the opening hours. */
function exceptionProblems(tree: Node, value: unknown): readonly Problem[] {
  const exceptions = mapOf(mapOf(value)?.['hours'])?.['exceptions'];
  if (!Array.isArray(exceptions)) return [];
  return exceptions.flatMap((each, index): readonly Problem[] => {
    const exception = mapOf(each);
    if (exception === undefined) return [];
    const { date, from, to, closed, open } = exception;
    const wrong = (code: 'BOT1005' | 'BOT1034', summary: string, detail: string): readonly Problem[] => [
      { severity: 'error', code, place: keyPlaceAt(tree, ['hours', 'exceptions', index]), summary, detail },
    ];
    if (date === undefined && from === undefined && to === undefined) {
      return wrong('BOT1005', 'the exception has no day', 'add `date:`, or `from:` and `to:`');
    }
    if (date !== undefined ? from !== undefined || to !== undefined : from === undefined || to === undefined) {
      return wrong('BOT1034', 'the exception has not one span of days', 'write either `date:`, or `from:` and `to:`');
    }
    if (typeof from === 'string' && typeof to === 'string' && from > to) {
      return wrong('BOT1034', 'the exception ends before it begins', 'put the earlier day into `from:`');
    }
    if (closed !== true && open === undefined) {
      return wrong('BOT1005', 'the exception does not say what differs', 'add `closed: true`, or `open:` with times');
    }
    if (closed === true && open !== undefined) {
      return wrong('BOT1034', 'the exception is closed and open at once', 'keep `closed: true`, or `open:` with times');
    }
    return [];
  });
}
