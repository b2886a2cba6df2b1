import { describe, expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import { FakeKernel, ok, route } from './fake-kernel.ts';
import { problemIn, startServer } from './running-server.ts';

describe('a page whose bot does not serve', () => {
  const origin = 'https://praxis.example';
  class ClosedKernel extends FakeKernel {
    override async channel(): Promise<never> {
      throw new PolyphonError('TEN2102', 'Tenant: praxis is not serving, because of a mistake in its definition.');
    }
  }

  it('may ask, and reads why', async () => {
    const { url, lines } = await startServer(new ClosedKernel());
    const preflight = await fetch(`${url}/v1/praxis/web/sessions`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type');
    expect(preflight.headers.get('access-control-max-age')).toBe('0');
    const response = await fetch(`${url}/v1/praxis/web/sessions`, { method: 'POST', headers: { origin }, body: '{}' });
    expect(response.status).toBe(503);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('access-control-expose-headers')).toContain('retry-after');
    const problem = await problemIn(response);
    expect(problem).toMatchObject({ code: 'TEN2102' });
    expect(JSON.stringify(problem)).not.toContain('mistake');
    // Why it does not serve was logged when that began: a request is told of in a line without a stack.
    expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    const line = lines.find(({ message }) => message === 'A request failed.');
    expect(line).toMatchObject({ level: 'info', fields: { tenant: 'praxis', code: 'TEN2102' } });
    expect(line?.fields).not.toHaveProperty('error');
  });

  it('reads that there is no such bot or channel', async () => {
    const { url } = await startServer(new FakeKernel());
    for (const path of ['nobody/web', 'praxis/nothing', 'No!/web']) {
      const response = await fetch(`${url}/v1/${path}/sessions`, { method: 'POST', headers: { origin } });
      expect(response.status).toBe(404);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('is the only one that hears of origins, and only of that', async () => {
    const { url } = await startServer(new ClosedKernel());
    const program = await fetch(`${url}/v1/praxis/web/sessions`, { method: 'POST' });
    expect(program.headers.get('access-control-allow-origin')).toBeNull();
    const plain = await fetch(`${url}/v1/praxis/web/sessions`, { method: 'OPTIONS', headers: { origin } });
    expect(plain.status).toBe(503);
    const serving = await startServer(new FakeKernel({ routes: [route('GET', 'x', async () => ok(1))] }));
    const own = await fetch(`${serving.url}/v1/praxis/web/x`, { headers: { origin } });
    expect(own.headers.get('access-control-allow-origin')).toBeNull();
    const operators = await fetch(`${url}/v1/praxis/conversations`, { headers: { origin } });
    expect(operators.headers.get('access-control-allow-origin')).toBeNull();
  });
});
