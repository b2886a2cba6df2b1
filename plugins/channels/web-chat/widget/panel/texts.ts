import { en } from './texts/en.ts';

/** What the panel itself says. `{n}` and `{name}` are filled in. */
export interface Texts {
  readonly disclosure: string;
  readonly mayErr: string;
  readonly log: string;
  readonly you: string;
  readonly team: string;
  readonly writing: string;
  readonly teamWriting: string;
  readonly message: string;
  readonly send: string;
  readonly left: string;
  readonly over: string;
  readonly close: string;
  readonly fresh: string;
  readonly freshAsk: string;
  readonly freshYes: string;
  readonly cancel: string;
  readonly suggestions: string;
  readonly latest: string;
  readonly sources: string;
  readonly source: string;
  readonly page: string;
  readonly openSource: string;
  readonly copy: string;
  readonly copied: string;
  readonly sending: string;
  readonly waiting: string;
  readonly failed: string;
  readonly again: string;
  readonly noAnswer: string;
  readonly reconnecting: string;
  readonly offline: string;
  readonly human: string;
  readonly botPaused: string;
  readonly paused: string;
  readonly resume: string;
  readonly closed: string;
  readonly expired: string;
  readonly unavailable: string;
  readonly tooMany: string;
}

/** English comes with the panel; each other language is a file of its own, fetched by those who read it. */
const others = {
  ar: async () => (await import('./texts/ar.ts')).ar,
  de: async () => (await import('./texts/de.ts')).de,
  es: async () => (await import('./texts/es.ts')).es,
  fr: async () => (await import('./texts/fr.ts')).fr,
  he: async () => (await import('./texts/he.ts')).he,
  ru: async () => (await import('./texts/ru.ts')).ru,
} as const;

export const textsTags: readonly string[] = ['en', ...Object.keys(others)];

/** English when the language cannot be fetched. */
export async function loadTexts(tag: string): Promise<Texts> {
  const load = Object.entries(others).find(([known]) => known === tag)?.[1];
  try {
    return load ? { ...en, ...(await load()) } : en;
  } catch {
    return en;
  }
}

export { en as englishTexts };

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
