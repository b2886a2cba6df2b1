import type { BuiltBots } from './built-bots.ts';
import type { Chance } from './chance.ts';
import type { Platforms } from './platforms.ts';

export interface FuzzRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A channel with two tenants, `acme` and `other`, whose secrets differ. */
export interface FuzzChannel {
  readonly name: string;
  /** Statuses that a rightly signed request may get. */
  readonly statuses: readonly number[];
  /** Words of refusals by the platform that what came in is to blame for, as an address that is none. */
  readonly blameless: readonly RegExp[];
  /** The channels block of a tenant, as YAML, and its secrets. */
  tenant(
    tenantId: 'acme' | 'other',
    platforms: Platforms,
  ): { readonly channels: string; readonly secrets: Readonly<Record<string, string>> };
  /** More of the server's settings. */
  readonly server?: string;
  /** Called once, when the server is ready. */
  prepare?(server: BuiltBots): Promise<void>;
  /** Signed as it should be. */
  request(chance: Chance): FuzzRequest;
  /** Of tenant `acme`, with a signature that is missing, cut, changed, another body's or another tenant's; one of them by `way`. */
  forged(chance: Chance, way: number): FuzzRequest;
  /** How many ways there are. */
  readonly ways: number;
}

const facts =
  '# Prices\n\nThe blue lamp costs 40 euros.\n\nThe red lamp costs 55 euros.\n\n# Delivery\n\nA lamp is delivered in three days.\n';

export function deploymentFiles(channel: FuzzChannel, platforms: Platforms): Readonly<Record<string, string>> {
  const tenants = (['acme', 'other'] as const).flatMap((tenantId): [string, string][] => {
    const { channels, secrets } = channel.tenant(tenantId, platforms);
    return [
      [
        `bots/${tenantId}/bot.yaml`,
        `polyphon: 1
name: Lamps
languages: { default: en, supported: [en, de] }
llm: { use: offline }
prompts:
  greeting: { en: "Hello, I am the AI assistant.", de: "Hallo, ich bin der KI-Assistent." }
  unknown: { en: "I do not know that.", de: "Das weiß ich nicht." }
knowledge:
  facts: { use: files, with: { path: "knowledge/*.md" } }
channels:
${channels}
session: { coalesce: 0ms }
escalation: []
limits: { perContact: 1000000/min, perTenant: 10000000/min, maxTurns: 100000 }
`,
      ],
      [
        `bots/${tenantId}/.secrets.yaml`,
        Object.entries(secrets)
          .map(([name, value]) => `${name}: "${value}"\n`)
          .join(''),
      ],
      [`bots/${tenantId}/knowledge/lamps.md`, facts],
    ];
  });
  return {
    ...Object.fromEntries(tenants),
    'config/polyphon.yaml': `polyphon: 1\nserver: { port: 0${channel.server ?? ''} }\nhttp: { allowPrivate: ["${platforms.host}"] }\n`,
  };
}
