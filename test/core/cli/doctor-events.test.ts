import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../core/cli/checks/finding.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';

async function eventsOf(urls: readonly string[], allowPrivate: readonly string[] = []): Promise<readonly Finding[]> {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  await using deployment = await makeDeployment({
    ...lampShop,
    'config/polyphon.yaml': `polyphon: 1\nhttp: { allowPrivate: ${JSON.stringify(allowPrivate)} }\n`,
    'bots/lamp-shop/bot.yaml': `${lampShop['bots/lamp-shop/bot.yaml']}
events: ${JSON.stringify(urls.map((url) => ({ url, secret: '${secret:hook}' })))}
`,
    'bots/lamp-shop/.secrets.yaml': `hook: "${secret}"\n`,
  });
  const ran = await deployment.run(['doctor', '--json']);
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(ran.stdout);
  expect(ran.stdout).not.toContain('token=very-secret');
  return findings.filter(({ topic }) => topic === 'Events');
}

describe('polyphon doctor asks whether events may go to their addresses', () => {
  it('and names the host that may not be called, with what allows it, and nothing else of the address', async () => {
    const found = await eventsOf([
      'http://10.1.2.3:8080/in?token=very-secret',
      'https://crm.internal/token=very-secret',
    ]);
    expect(found).toMatchObject([
      {
        level: 'fail',
        fact: 'lamp-shop: Outgoing request to 10.1.2.3:8080: the address is not on the public internet. Where it is meant, add 10.1.2.3:8080 to http.allowPrivate in config/polyphon.yaml.',
        next: expect.stringContaining('polyphon events lamp-shop'),
        details: { tenant: 'lamp-shop', host: '10.1.2.3:8080' },
      },
      { level: 'fail', fact: expect.stringContaining('crm.internal:443') },
    ]);
  });

  it('is content with what the settings allow, and silent where nobody is told', async () => {
    expect(await eventsOf(['http://10.1.2.3:8080/in'], ['10.1.2.3:8080'])).toMatchObject([
      { level: 'ok', fact: '1 webhook may be called' },
    ]);
    expect(await eventsOf([])).toEqual([]);
  });
});
