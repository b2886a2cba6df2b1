import type { FakeTwilio, FakeTwilioCallAnswer, FakeTwilioMessage } from '../../../kit/index.ts';
import { type Deployment, type DeploymentOptions, deploy } from '../../../whole/deployment.ts';

export const publicOrigin = 'https://bots.example';
export const greeting = 'Hello, I am the AI assistant.';

export interface Shop {
  readonly tenantId: string;
  readonly twilio: FakeTwilio;
  /** `+4930111222` unless told. */
  readonly from?: string;
  /** More lines of `with:`. */
  readonly config?: string;
  /** `100000/min` unless told. */
  readonly rate?: string;
}

/** Files of a bot that knows the price of a candle and talks through this number. */
function shopFiles({ tenantId, twilio, from = '+4930111222', config = '', rate = '100000/min' }: Shop) {
  return {
    [`${tenantId}/bot.yaml`]: `polyphon: 1
name: Candles of ${tenantId}
languages: { default: en, supported: [en] }
llm: { use: offline }
prompts:
  greeting: { en: "${greeting}" }
  unknown: { en: "I do not know that." }
session: { coalesce: 0ms }
knowledge:
  facts: { use: files, with: { path: "knowledge/*.md" } }
channels:
  sms:
    use: twilio-messaging
    with:
      accountSid: "\${secret:twilio_sid}"
      authToken: "\${secret:twilio_token}"
      from: "${from}"
      baseUrl: "${twilio.baseUrl}"
      ${config}
limits: { perContact: ${rate}, perTenant: ${rate}, maxTurns: 100000 }
`,
    [`${tenantId}/.secrets.yaml`]: `twilio_sid: "${twilio.accountSid}"\ntwilio_token: "${twilio.authToken}"\n`,
    [`${tenantId}/knowledge/price.md`]: `# Price of the red candle\n\nThe red candle costs 7 euros at ${tenantId}.\n\n# Delivery\n\nThe delivery of a candle takes two days.\n`,
  };
}

/** The whole application, known to the world as `publicOrigin`. */
export async function deployShops(shops: readonly Shop[], options: DeploymentOptions = {}): Promise<Deployment> {
  const allowed = shops.flatMap(({ twilio }) => twilio.hosts.map((host) => `"${host}"`));
  const deployment = await deploy({
    files: Object.assign({}, ...shops.map(shopFiles)) as Record<string, string>,
    settings: `polyphon: 1\nserver: { publicOrigin: "${publicOrigin}" }\nhttp: { allowPrivate: [${allowed.join(', ')}] }\n`,
    ...options,
  });
  for (const { twilio } of shops) twilio.reach(publicOrigin, listensAt(deployment));
  return deployment;
}

export function listensAt(deployment: Deployment): string {
  return `http://127.0.0.1:${deployment.port}`;
}

export function webhookOf(tenantId: string): string {
  return `${publicOrigin}/v1/${tenantId}/sms/webhook`;
}

/** What people got beside the greeting that goes ahead of a first answer. */
export function answersOf(twilio: FakeTwilio): readonly FakeTwilioMessage[] {
  return twilio.sent.filter(({ body }) => body !== greeting);
}

export function statusesOf(answers: readonly FakeTwilioCallAnswer[]): ReadonlySet<number> {
  return new Set(answers.map(({ status }) => status));
}

/** Waits until what is expected holds; the last failure is thrown when it does not in ten seconds. */
export async function eventually(expected: () => void | Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await expected();
      return;
    } catch (error) {
      if (tries === 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
