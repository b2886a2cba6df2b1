import { type FakeTelegram, type FakeTelegramBot, startFakeTelegram } from '../../../kit/index.ts';
import { type Deployment, type DeploymentOptions, deploy } from '../../../whole/deployment.ts';

export const tokens = { acme: '111111:acme-bot-token-of-the-tests', other: '222222:other-bot-token-of-the-tests' };
export const secret = 'webhook-secret-of-the-tests';

export interface TelegramDeployment extends AsyncDisposable {
  readonly telegram: FakeTelegram;
  readonly deployment: Deployment;
  readonly acme: FakeTelegramBot;
  readonly other: FakeTelegramBot;
}

export function botYaml(telegram: FakeTelegram, token: string, more = '', greeting = ''): string {
  return `polyphon: 1
name: Lamps
languages: { default: en, supported: [en] }
prompts:
  greeting: { en: "${greeting}" }
  unknown: { en: "I do not know that." }
knowledge:
  facts: { use: files, with: { path: "knowledge/*.md" } }
channels:
  tg:
    use: telegram
    with: { token: "${token}", webhookSecret: "\${secret:hook}", baseUrl: "${telegram.baseUrl}"${more} }
session: { coalesce: 0ms }
limits: { perContact: 100000/min, perTenant: 1000000/min, maxTurns: 100000 }
escalation: []
guardrails: { disclosure: never }
`;
}

const facts = '# Prices\n\nThe blue lamp costs 40 euros.\n\nThe red lamp costs 55 euros.\n';

/** Two bots of two tenants on one fake Telegram, their webhooks set. */
export async function deployTelegram(
  options: {
    readonly more?: string;
    readonly greeting?: string;
    readonly telegram?: FakeTelegram;
    readonly dataDirectory?: string;
    readonly mode?: 'webhook' | 'polling';
    readonly overrides?: DeploymentOptions;
  } = {},
): Promise<TelegramDeployment> {
  const telegram = options.telegram ?? (await startFakeTelegram());
  const acme = telegram.bot(tokens.acme, 'acme_bot');
  const other = telegram.bot(tokens.other, 'other_bot');
  const more = `${options.mode === 'polling' ? ', mode: polling' : ''}${options.more ?? ''}`;
  const tenant = (name: keyof typeof tokens) => ({
    [`${name}/bot.yaml`]: botYaml(telegram, `\${secret:token}`, more, options.greeting),
    [`${name}/.secrets.yaml`]: `token: "${tokens[name]}"\nhook: ${secret}-${name}\n`,
    [`${name}/knowledge/lamps.md`]: facts,
  });
  const deployment = await deploy({
    files: { ...tenant('acme'), ...tenant('other') },
    settings: `polyphon: 1\nhttp: { allowPrivate: ["${telegram.host}"] }\n`,
    ...(options.dataDirectory === undefined ? {} : { dataDirectory: options.dataDirectory }),
    ...options.overrides,
  });
  if (options.mode !== 'polling') {
    for (const [name, bot] of [
      ['acme', acme],
      ['other', other],
    ] as const) {
      bot.webhook = { url: `${deployment.url}/v1/${name}/tg/webhook`, secret: `${secret}-${name}` };
    }
  }
  return {
    telegram,
    deployment,
    acme,
    other,
    [Symbol.asyncDispose]: async () => {
      await deployment[Symbol.asyncDispose]();
      if (options.telegram === undefined) await telegram[Symbol.asyncDispose]();
    },
  };
}
