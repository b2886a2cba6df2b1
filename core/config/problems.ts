import type { ErrorCode } from '../contract/index.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Place } from './source-text.ts';

/** A definition's codes; the others are the kernel's and the network's. */
export type DefinitionCode = Extract<ErrorCode, `BOT${string}`>;

export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly code: DefinitionCode | ErrorCode;
  readonly place: Place;
  /** One line, without the place. Never a secret's value. */
  readonly summary: string;
  /** What to do, in a sentence. */
  readonly detail: string;
  readonly suggestion?: string;
}

/** More than this from one definition helps nobody; the first ones are kept. */
const maxProblems = 100;

/** Said of a definition that stands; beside errors it would only be in the way. */
const advice: ReadonlySet<string> = new Set<Problem['code']>([
  'BOT1037',
  'BOT1038',
  'BOT1040',
  'BOT1041',
  'BOT1042',
  'BOT1043',
  'BOT1047',
]);

/** In the order of files and lines, each once. */
export function toDiagnostics(all: readonly Problem[]): readonly Diagnostic[] {
  const stands = all.every(({ severity }) => severity === 'warning');
  const problems = stands ? all : all.filter(({ code }) => !advice.has(code));
  const seen = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const files = [...new Set(problems.map(({ place }) => place.source.path))];
  const sorted = problems.toSorted(
    (a, b) => files.indexOf(a.place.source.path) - files.indexOf(b.place.source.path) || a.place.start - b.place.start,
  );
  for (const { severity, code, place, summary, detail, suggestion } of sorted) {
    const id = `${code} ${place.source.path} ${place.start} ${summary}`;
    if (seen.has(id) || diagnostics.length >= maxProblems) continue;
    seen.add(id);
    diagnostics.push({
      severity,
      code,
      summary,
      detail,
      file: place.source.file,
      range: { start: place.source.position(place.start), end: place.source.position(place.end) },
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
  return diagnostics;
}
