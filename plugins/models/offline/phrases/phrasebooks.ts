import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { he } from './he.ts';
import type { Phrasebook } from './phrasebook.ts';
import { ru } from './ru.ts';

export const phrasebooks: Readonly<Record<string, Phrasebook>> = { de, en, fr, es, ru, he };

/** English serves a language without a phrasebook: its documents are still quoted as they are. */
export function phrasebookFor(language: string): Phrasebook {
  return phrasebooks[primaryTag(language)] ?? en;
}

const regional = /[-_A-Z]/;

/** Asked for every word and passage of a turn, nearly always of a tag that is primary already. */
export function primaryTag(language: string): string {
  return regional.test(language) ? (language.split(/[-_]/)[0]?.toLowerCase() ?? 'en') : language;
}
