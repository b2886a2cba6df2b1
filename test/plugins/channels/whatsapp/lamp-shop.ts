import type { FakeWhatsapp, FakeWhatsappSent } from '../../../kit/index.ts';
import { type Deployment, type DeploymentOptions, deploy } from '../../../whole/deployment.ts';

export interface Shop {
  readonly tenantId: string;
  readonly meta: FakeWhatsapp;
  /** More lines of `with:`, as in `templates: { continue: pick_up_v1 }`. */
  readonly config?: string;
}

/** Files of a bot that knows the price of a lamp and talks through this number. */
export function shopFiles({ tenantId, meta, config = '' }: Shop): Readonly<Record<string, string>> {
  return {
    [`${tenantId}/bot.yaml`]: `polyphon: 1
name: Lamps of ${tenantId}
languages: { default: en, supported: [en] }
llm: { use: offline }
prompts:
  greeting: { en: "Hello, I am the AI assistant." }
  unknown: { en: "I do not know that." }
session: { coalesce: 0ms }
knowledge:
  facts: { use: files, with: { path: "knowledge/*.md" } }
channels:
  whatsapp:
    use: whatsapp
    with:
      phoneNumberId: "${meta.phoneNumberId}"
      accessToken: "\${secret:wa_token}"
      appSecret: "\${secret:wa_app_secret}"
      verifyToken: "\${secret:wa_verify}"
      baseUrl: "${meta.baseUrl}"
      ${config}
limits: { perContact: 100000/min, perTenant: 100000/min, maxTurns: 1000 }
`,
    [`${tenantId}/.secrets.yaml`]: `wa_token: "${meta.accessToken}"\nwa_app_secret: "${meta.appSecret}"\nwa_verify: "${meta.verifyToken}"\n`,
    [`${tenantId}/knowledge/price.md`]: `# Price of the blue lamp\n\nThe blue lamp costs 40 euros at ${tenantId}.\n\n# Delivery\n\nThe delivery of a lamp takes three days.\n`,
  };
}

export function deployShops(shops: readonly Shop[], options: DeploymentOptions = {}): Promise<Deployment> {
  const allowed = shops.map(({ meta }) => `"${new URL(meta.baseUrl).host}"`);
  return deploy({
    files: Object.assign({}, ...shops.map(shopFiles)) as Record<string, string>,
    settings: `polyphon: 1\nhttp: { allowPrivate: [${allowed.join(', ')}] }\n`,
    ...options,
  });
}

export function channelUrl(deployment: Deployment, tenantId: string): string {
  return `${deployment.url}/v1/${tenantId}/whatsapp`;
}

/** What people got beside the greeting that goes ahead of a first answer. */
export function answersOf(meta: FakeWhatsapp): readonly FakeWhatsappSent[] {
  return meta.sent.filter(({ text }) => text !== 'Hello, I am the AI assistant.');
}

/** Waits until what is expected holds; the last failure is thrown when it does not in five seconds. */
export async function eventually(expected: () => void | Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await expected();
      return;
    } catch (error) {
      if (tries === 250) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
