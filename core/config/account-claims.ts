import type { Plugin, ResolvedBot } from '../contract/index.ts';
import type { LoadedDefinition, Origin } from './definition-loader.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { PluginCatalogue } from './plugin-catalogue.ts';
import { mapOf } from './plugin-uses.ts';

/** A setting of a channel of which the platform has one: a bot's token, the id of a number. */
interface Claim {
  readonly tenantId: string;
  readonly channel: string;
  readonly setting: string;
  readonly origin: Origin;
}

/**
 * Settings that the schema of a channel marks `exclusive`, of all definitions that were read: a platform calls one address, so of two
 * channels with the same bot one hears nothing. Values are compared and never told, as they may be secrets.
 */
export class AccountClaims {
  readonly #catalogue: PluginCatalogue;
  readonly #claims = new Map<string, Claim[]>();

  constructor(catalogue: PluginCatalogue) {
    this.#catalogue = catalogue;
  }

  async add({ bot, origin }: Pick<LoadedDefinition, 'bot' | 'origin'>): Promise<void> {
    if (bot === undefined) return;
    for (const [channel, { enabled, use, with: settings }] of Object.entries(bot.channels)) {
      if (!enabled) continue;
      for (const setting of exclusiveIn((await this.#catalogue.find('channel', use))?.schema)) {
        const value = mapOf(settings)?.[setting];
        const place = origin(['channels', channel, 'with', setting]);
        if (typeof value === 'string' && place !== undefined) {
          this.#claim([use, setting, value], { tenantId: bot.tenantId, channel, setting, origin: place });
        }
      }
    }
  }

  /** A warning at each place, which names another one, by tenant. */
  problems(): readonly (Diagnostic & Pick<ResolvedBot, 'tenantId'>)[] {
    return [...this.#claims.values()]
      .filter((claims) => claims.length > 1)
      .flatMap((claims) =>
        claims.map((claim, index) => {
          const other = claims[index === 0 ? 1 : 0] ?? claim;
          const { file, line, column, end } = claim.origin;
          const elsewhere = `${other.origin.file}:${other.origin.line}:${other.origin.column}`;
          return {
            tenantId: claim.tenantId,
            severity: 'warning',
            code: 'BOT1046',
            summary: `${nameOf(claim)} has the same \`${claim.setting}\` as ${nameOf(other)}`,
            detail: `a platform calls one address, so one of the two hears nothing: give each its own (the other one: ${elsewhere})`,
            file,
            range: { start: { line, column }, end: end ?? { line, column } },
          } as const;
        }),
      );
  }

  #claim(words: readonly string[], claim: Claim): void {
    const key = JSON.stringify(words);
    this.#claims.set(key, [...(this.#claims.get(key) ?? []), claim]);
  }
}

function exclusiveIn(schema: Plugin['schema'] | undefined): readonly string[] {
  const properties = mapOf(mapOf(schema)?.['properties']) ?? {};
  return Object.keys(properties).filter((name) => mapOf(properties[name])?.['exclusive'] === true);
}

function nameOf({ tenantId, channel }: Claim): string {
  return `channel ${channel} of ${tenantId}`;
}
