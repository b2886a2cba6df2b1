import { expect, it } from 'vitest';
import type { Finding } from '../../../core/cli/checks/finding.ts';
import { type FakeWhatsapp, startFakeWhatsapp } from '../../kit/index.ts';
import { type DeploymentFolder, lampShop, makeDeployment } from './deployment-folder.ts';

const wabaId = '419561257915477';

function shopOn(meta: FakeWhatsapp, templates: string): Promise<DeploymentFolder> {
  const secrets = { token: meta.accessToken, app: meta.appSecret, verify: meta.verifyToken };
  return makeDeployment({
    ...lampShop,
    'config/polyphon.yaml': `polyphon: 1
server: { port: 0, publicOrigin: "https://bots.example" }
http: { allowPrivate: ["${new URL(meta.baseUrl).host}"] }
`,
    'bots/lamp-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace(
      '  web: { use: web-chat }',
      `  web: { use: web-chat }
  whatsapp:
    use: whatsapp
    with:
      phoneNumberId: "${meta.phoneNumberId}"
      accessToken: "\${secret:token}"
      appSecret: "\${secret:app}"
      verifyToken: "\${secret:verify}"
      wabaId: "${wabaId}"
      baseUrl: "${meta.baseUrl}"
      templates: ${templates}`,
    ),
    'bots/lamp-shop/.secrets.yaml': JSON.stringify(secrets),
  });
}

/** As the server does that is not started here. */
async function answersChallenge(address: URL): Promise<Response> {
  return new Response(address.searchParams.get('hub.challenge'));
}

it('polyphon doctor and webhooks tell of templates that would not go out, beside an address that is right', async () => {
  const made = [{ name: 'late', language: 'en', parameters: 1, status: 'PAUSED' }];
  await using meta = await startFakeWhatsapp({ wabaId, templates: made, reach: answersChallenge });
  await using deployment = await shopOn(meta, '{ continue: { name: late, parameters: ["{{ text }}"] }, gone: gone }');
  expect((await deployment.run(['webhooks', 'lamp-shop', 'set'])).code).toBe(0);
  const ran = await deployment.run(['doctor', '--json']);
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(ran.stdout);
  const about = { tenant: 'lamp-shop', channel: 'whatsapp' };
  expect(findings.filter(({ topic }) => ['Webhook', 'Sending'].includes(topic))).toMatchObject([
    { level: 'ok', topic: 'Webhook', details: about },
    {
      level: 'warn',
      topic: 'Sending',
      fact: expect.stringContaining('lamp-shop/whatsapp: templates.continue: Meta has late (en) as PAUSED'),
      next: '`polyphon webhooks lamp-shop info --channel whatsapp` asks again.',
      details: { ...about, problem: expect.stringMatching(/^templates\.continue/) },
    },
    { level: 'warn', topic: 'Sending', fact: expect.stringContaining('no template gone.') },
  ]);
  expect(ran.code).toBe(0);
  const { stdout } = await deployment.run(['webhooks', 'lamp-shop']);
  expect(stdout).toContain('  templates.gone: the business account has no template gone.');
});
