import { RE2JS } from 're2js';
import type { LocalizedText } from '../../contract/index.ts';
import { elapsed } from '../wording.ts';
import type { Expectation, Observation } from './expectation.ts';
import { detectLanguage } from './language.ts';

/** What the judge knows of the bot besides its answer. */
export interface Bench {
  /** The bot's prepared texts, as LiquidJS templates. */
  readonly texts: Readonly<Record<string, LocalizedText>>;
  readonly languages: readonly string[];
}

/** One sentence for each expectation that does not hold; none when the turn passes. Pure. */
export function judge(expected: Expectation, seen: Observation, bench: Bench): readonly string[] {
  const failures = [...listChecks(expected, seen), ...wholeChecks(expected, seen, bench)]
    .filter((check) => !check.holds)
    .map((check) => `expected ${check.claim}${because(check)}`);
  const { maxLatencyMs, not = {} } = expected;
  if (maxLatencyMs !== undefined && seen.latencyMs > maxLatencyMs) {
    failures.push(`expected an answer within ${elapsed(maxLatencyMs)}; it took ${elapsed(seen.latencyMs)}`);
  }
  for (const check of [...listChecks(not, seen), ...wholeChecks(not, seen, bench)]) {
    if (check.holds) failures.push(`did not expect ${check.claim}${because(check)}`);
  }
  return failures;
}

interface Check {
  readonly holds: boolean;
  readonly claim: string;
  /** What is so instead; undefined where the answer itself shows it. */
  readonly fact?: string;
}

function because({ fact }: Check): string {
  return fact === undefined ? '' : `; ${fact}`;
}

type Claims = Omit<Expectation, 'not' | 'maxLatencyMs'>;

function listChecks(claims: Claims, seen: Observation): readonly Check[] {
  const answer = fold(seen.text);
  const cited = [...new Set(seen.citations.map(({ source, document }) => `${source} (${document})`))].join(', ');
  return [
    ...list(claims.contains).map((words) => ({
      holds: answer.includes(fold(words)),
      claim: `“${words}” in the answer`,
    })),
    ...list(claims.matches).map((pattern) => ({
      holds: RE2JS.compile(pattern).matcher(seen.text).find(),
      claim: `the answer to match /${pattern}/`,
    })),
    ...list(claims.cites).map((name) => ({
      holds: seen.citations.some(({ source, document }) => source === name || document === name),
      claim: `a citation of ${name}`,
      fact: cited === '' ? 'it cites nothing' : `it cites ${cited}`,
    })),
    ...list(claims.events).map((type) => ({
      holds: seen.events.some((event) => event === type),
      claim: `the event ${type}`,
      fact: `there were ${[...new Set(seen.events)].join(', ') || 'none'}`,
    })),
  ];
}

function wholeChecks(claims: Claims, seen: Observation, bench: Bench): readonly Check[] {
  const checks: Check[] = [];
  if (claims.language !== undefined) {
    const language = detectLanguage(seen.text, [...bench.languages, claims.language]) ?? seen.language;
    checks.push({
      holds: language === claims.language,
      claim: `an answer in ${claims.language}`,
      fact: `it is in ${language ?? 'no language that could be told'}`,
    });
  }
  if (claims.says !== undefined) {
    const holds = says(claims.says, seen, bench);
    checks.push({
      holds,
      claim: `the text “${claims.says}”`,
    });
  }
  if (claims.ownership !== undefined) {
    checks.push({
      holds: seen.ownership === claims.ownership,
      claim: `the conversation to belong to ${claims.ownership}`,
      fact: `it belongs to ${seen.ownership}`,
    });
  }
  return checks;
}

function says(name: string, seen: Observation, { texts }: Bench): boolean {
  if (name === 'unknown' && seen.outcome === 'unknown') return true;
  const answer = fold(seen.text);
  return Object.values(texts[name] ?? {}).some((template) => {
    const parts = literalParts(template).map(fold).filter(Boolean);
    let from = 0;
    return (
      parts.length > 0 &&
      parts.every((part) => {
        const at = answer.indexOf(part, from);
        from = at + part.length;
        return at >= 0;
      })
    );
  });
}

/** What stands in a template besides its variables. */
function literalParts(template: string): readonly string[] {
  return template.split(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/);
}

/** Case, spacing, and the several ways to write one letter do not matter. */
function fold(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
