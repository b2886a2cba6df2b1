import { PolyphonError } from 'polyphon/plugin';
import robotsParser, { type Robot } from 'robots-parser';
import type { SiteClient } from './site-client.ts';

/** Its types tell of a default export that the module does not have. */
const parseRobots = robotsParser as unknown as (url: string, text: string) => Robot;

const maxRobotsBytes = 1024 * 1024;
/** A site that asks for more would never be read to its end. */
const longestDelayMs = 30_000;

/** What robots.txt allows, for each site that is asked (RFC 9309). */
export class Robots {
  readonly #client: SiteClient;
  readonly #userAgent: string;
  readonly #rules = new Map<string, Robot | 'forbidden'>();

  constructor(client: SiteClient, userAgent: string) {
    this.#client = client;
    this.#userAgent = userAgent;
  }

  /** The name the rules are looked up for. */
  get agent(): string {
    return this.#userAgent.split(/[/\s]/)[0] ?? this.#userAgent;
  }

  /** @throws PolyphonError SRC8101 when the file cannot be had: whether reading is allowed is then unknown. */
  async load(origin: string, signal: AbortSignal): Promise<{ readonly sitemaps: readonly string[] }> {
    const address = `${origin}/robots.txt`;
    const bytes = await this.#client.file(address, maxRobotsBytes, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      const reason = error instanceof PolyphonError ? error.message : 'The connection failed.';
      throw new PolyphonError('SRC8101', `${new URL(origin).host}: robots.txt could not be read. ${reason}`, {
        cause: error,
      });
    });
    const rules = parseRobots(address, bytes === undefined ? '' : new TextDecoder().decode(bytes));
    this.#rules.set(origin, rules);
    const delaySeconds = rules.getCrawlDelay(this.agent);
    if (delaySeconds !== undefined) this.#client.slowDownTo(Math.min(longestDelayMs, delaySeconds * 1000));
    return { sitemaps: rules.getSitemaps() };
  }

  async allows(address: string, signal: AbortSignal): Promise<boolean> {
    const { origin } = new URL(address);
    if (!this.#rules.has(origin)) {
      // Another site that `include` names; while its rules are unknown it is left alone.
      await this.load(origin, signal).catch(() => {
        signal.throwIfAborted();
        this.#rules.set(origin, 'forbidden');
      });
    }
    const rules = this.#rules.get(origin);
    return rules !== undefined && rules !== 'forbidden' && rules.isAllowed(address, this.agent) !== false;
  }
}
