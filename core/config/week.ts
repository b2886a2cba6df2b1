const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * Which keys of `hours.weekly` tell the hours of each day; 0 is Sunday. Of two that name a day, the one whose days all lie in the other
 * is meant: `sat` beside `mon-sun`, also where a template wrote the one and a bot the other. What is left are keys that merely cross.
 */
export function weekOf(keys: readonly string[]): readonly (readonly string[])[] {
  const spans = keys.filter((key) => !key.startsWith('x-')).map((key) => ({ key, on: daysOf(key) }));
  return days.map((_, day) => {
    const naming = spans.filter(({ on }) => on.has(day));
    const isNarrower = (a: ReadonlySet<number>, b: ReadonlySet<number>) =>
      a.size < b.size && [...a].every((each) => b.has(each));
    return naming.filter(({ on }) => !naming.some((other) => isNarrower(other.on, on))).map(({ key }) => key);
  });
}

/** Numbers of the days of `mon` or `mon-fri`; a span may run over the end of the week. */
function daysOf(span: string): ReadonlySet<number> {
  const [first = '', last = first] = span.split('-');
  const from = days.indexOf(first);
  const count = ((days.indexOf(last) - from + 7) % 7) + 1;
  return new Set(Array.from({ length: count }, (_, index) => (from + index) % 7));
}
