import { readTestQuestions } from '../config/test-questions.ts';
import type { Logger, ResolvedBot, TenantFolder } from '../contract/index.ts';
import { languageOf } from '../conversation/texts/language-of.ts';

const maxFileBytes = 262_144;
const maxSuggestions = 3;

/**
 * Questions worth trying with each bot: the first ones of its own tests, save those it must not be able to answer. Read after a
 * bot serves, because nobody waits for them, and a thousand tenants' test files would cost the start a second.
 */
export class Suggestions {
  readonly #known = new Map<string, readonly string[]>();
  /** The latest reading of each tenant; one that was overtaken, or whose tenant has gone, leaves nothing behind. */
  readonly #reading = new Map<string, object>();
  readonly #folderOf: (tenantId: string) => TenantFolder;
  readonly #log: Logger;

  constructor(options: { readonly folderOf: (tenantId: string) => TenantFolder; readonly log: Logger }) {
    this.#folderOf = options.folderOf;
    this.#log = options.log;
  }

  of(tenantId: string): readonly string[] {
    return this.#known.get(tenantId) ?? [];
  }

  forget(tenantId: string): void {
    this.#known.delete(tenantId);
    this.#reading.delete(tenantId);
  }

  /** Never throws: a test file that cannot be read is `polyphon validate`'s to report. */
  async refresh(bot: ResolvedBot, signal: AbortSignal): Promise<void> {
    const { tenantId } = bot;
    const reading = {};
    this.#reading.set(tenantId, reading);
    try {
      const questions = await this.#read(bot, signal);
      if (this.#reading.get(tenantId) === reading) this.#known.set(tenantId, questions);
    } catch (error) {
      if (!signal.aborted) this.#log.debug('the questions to try could not be read', { tenant: tenantId, error });
    } finally {
      if (this.#reading.get(tenantId) === reading) this.#reading.delete(tenantId);
    }
  }

  async #read(bot: ResolvedBot, signal: AbortSignal): Promise<readonly string[]> {
    const folder = this.#folderOf(bot.tenantId);
    // Who opens the page is greeted in the bot's first language: questions in it come first, whatever the files are called.
    const first = new Set<string>();
    const others = new Set<string>();
    for (const pattern of bot.tests) {
      for (const file of await folder.glob(pattern, signal)) {
        const bytes = await folder.read(file.path, { maxBytes: maxFileBytes }, signal);
        for (const question of readTestQuestions(new TextDecoder().decode(bytes))) {
          const own = languageOf(question, bot.languages, {}) === bot.languages.default;
          (own ? first : others).add(question);
          if (first.size === maxSuggestions) return [...first];
        }
      }
    }
    return [...first, ...others].slice(0, maxSuggestions);
  }
}
