import { setImmediate as nextTurn } from 'node:timers/promises';
import { primaryTag } from './primary-tag.ts';
import { termsOf } from './terms.ts';
import { wordClasses } from './word-classes.ts';

/** Classes of words whose stems are made between two turns of the event loop: about 2 ms while the stemmer's code is new. */
const classesAtOnce = 3;

const ready = new Map<string, Promise<void>>();

/**
 * Makes the stems that the first question in a language needs, a few at a time: all at once they cost 10 ms a language, and a corpus
 * may be in several. Undefined when nothing is to be done.
 */
export function readyStems(languages: readonly string[]): Promise<unknown> | undefined {
  const primaries = languages.map(primaryTag);
  const unready = primaries.filter((primary) => wordClasses[primary] !== undefined && ready.get(primary) !== done);
  return unready.length === 0 ? undefined : inTurn(unready);
}

const done = Promise.resolve();

async function inTurn(primaries: readonly string[]): Promise<void> {
  for (const primary of primaries) {
    const made = ready.get(primary) ?? makeStems(primary);
    ready.set(primary, made);
    await made;
    ready.set(primary, done);
  }
}

async function makeStems(primary: string): Promise<void> {
  for (const [at, words] of (wordClasses[primary] ?? []).entries()) {
    // Before the second, too: the first one loads the stemmer, which takes 10 ms.
    if (at % classesAtOnce === 0 || at === 1) await nextTurn();
    termsOf(words, primary);
  }
}
