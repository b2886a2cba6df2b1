import { describe, expect, it } from 'vitest';
import { makeDeployment } from '../../core/cli/deployment-folder.ts';

interface Setup {
  readonly secrets: Readonly<Record<string, string>>;
  /** Members of `with:` that are no secret. */
  readonly others?: string;
  /** Secrets without which the channel works all the same, as long as the definition does not name them. */
  readonly optional?: readonly string[];
}

const channels: Readonly<Record<string, Setup>> = {
  telegram: {
    secrets: { token: '123456:a-token-of-the-tests', webhookSecret: 'value-nobody-guesses' },
    optional: ['webhookSecret'],
  },
  whatsapp: {
    secrets: { accessToken: 'EAAtoken', appSecret: 'app-secret', verifyToken: 'verify-token' },
    others: 'phoneNumberId: "106540352242922"',
  },
  'twilio-messaging': {
    secrets: { accountSid: `AC${'5a'.repeat(16)}`, authToken: 'auth-token' },
    others: 'from: "+4930111222"',
  },
};

const cases = Object.entries(channels).flatMap(([use, { secrets }]) =>
  Object.keys(secrets).map((name) => ({ use, name })),
);

/** The bot's files, with a line of `with:` for each secret that is named, and a value for each that is known. */
function filesOf(use: string, named: readonly string[], known: readonly string[]): Readonly<Record<string, string>> {
  const { secrets, others } = channels[use] ?? { secrets: {} };
  const members = [...named.map((name) => `${name}: "\${secret:${name}}"`), ...(others === undefined ? [] : [others])];
  return {
    'bots/shop/bot.yaml': `polyphon: 1
name: The lamp shop
languages: { default: en }
prompts: { unknown: I do not know that. }
channels:
  messenger:
    use: ${use}
    with: { ${members.join(', ')} }
`,
    'bots/shop/.secrets.yaml': known.map((name) => `${name}: "${secrets[name]}"\n`).join('') || '{}\n',
  };
}

describe('a bot on a messenger', () => {
  it.each(Object.keys(channels))('is valid on %s with all secrets', async (use) => {
    const names = Object.keys(channels[use]?.secrets ?? {});
    await using deployment = await makeDeployment(filesOf(use, names, names));
    expect(await deployment.run(['validate'])).toMatchObject({ code: 0 });
  });

  it.each(cases)('is not valid on $use without a value for $name, and says which and where', async ({ use, name }) => {
    const names = Object.keys(channels[use]?.secrets ?? {});
    const known = names.filter((other) => other !== name);
    await using deployment = await makeDeployment(filesOf(use, names, known));
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(65);
    expect(stdout).toMatch(/error BOT1023 .*shop\/bot\.yaml:8:\d+/);
    expect(stdout).toContain(name);
    for (const other of known) expect(stdout).not.toContain(channels[use]?.secrets[other]);
  });

  it.each(cases)('on $use that does not name $name is only valid where it is optional', async ({ use, name }) => {
    const { secrets = {}, optional = [] } = channels[use] ?? {};
    const named = Object.keys(secrets).filter((other) => other !== name);
    await using deployment = await makeDeployment(filesOf(use, named, Object.keys(secrets)));
    expect((await deployment.run(['validate'])).code).toBe(optional.includes(name) ? 0 : 65);
  });

  it.each(cases)('is not valid on $use with an empty $name', async ({ use, name }) => {
    const names = Object.keys(channels[use]?.secrets ?? {});
    const files = filesOf(use, names, names);
    const secrets = files['bots/shop/.secrets.yaml']?.replace(new RegExp(`^${name}: .*$`, 'm'), `${name}: ""`) ?? '';
    await using deployment = await makeDeployment({ ...files, 'bots/shop/.secrets.yaml': secrets });
    expect((await deployment.run(['validate'])).code).toBe(65);
  });
});
