import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Finding } from '../../../core/cli/checks/finding.ts';
import { lockForServing } from '../../../core/store/serving-lock.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';

const serving = { status: 'ready', tenants: { serving: 2, failed: 1 }, channels: { failing: 0 } };

/** A deployment whose port is taken by a program that answers so. */
async function takenBy(answer: RequestListener, host = '127.0.0.1') {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    answer(request, response);
  });
  server.listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const deployment = await makeDeployment({
    ...lampShop,
    'config/polyphon.yaml': `polyphon: 1\nserver: { port: ${port}, host: "${host}" }\n`,
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const look = async (): Promise<Finding | undefined> => {
    const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(
      (await deployment.run(['doctor', '--json'])).stdout,
    );
    return findings.find(({ topic }) => topic === 'Port');
  };
  const serve = () => {
    const lock = lockForServing(join(deployment.path, 'data'));
    onTestFinished(() => lock[Symbol.dispose]());
    return lock;
  };
  return { asked, look, serve, port, deployment };
}

const saying =
  (status: number, body: object): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('polyphon doctor asks who has the port', () => {
  it('is content with the server of this deployment, as it is started', async () => {
    const free = await makeDeployment({ ...lampShop });
    onTestFinished(() => free[Symbol.asyncDispose]());
    const stopping = new AbortController();
    let ready = (_port: string) => {};
    const up = new Promise<string>((resolve) => {
      ready = resolve;
    });
    const started = free.run(['start', '--port', '0'], {
      signal: stopping.signal,
      onWrite: ({ stderr }) => {
        const [, port] = /"port":(\d+)/.exec(stderr) ?? [];
        if (port !== undefined) ready(port);
      },
    });
    const { stdout } = await free.run(['doctor', '--port', await up]);
    expect(stdout).toMatch(/ok {4}Port: \d+ on \S+: this deployment's server runs; 1 bot served\n/);
    expect(stdout).not.toMatch(/warn {2}Port/);
    stopping.abort(new DOMException('Stopped by SIGINT.', 'AbortError'));
    expect((await started).code).toBe(0);
  });

  it('tells a server of this deployment that is up from one that is not ready', async () => {
    const up = await takenBy(saying(200, serving));
    up.serve();
    expect(await up.look()).toMatchObject({
      level: 'ok',
      fact: `${up.port} on 127.0.0.1: this deployment's server runs; 2 bots served, 1 failed`,
      details: { url: `http://127.0.0.1:${up.port}`, ours: true, ready: true, serving: 2, failed: 1 },
    });
    expect(up.asked).toEqual(['/ready']);
    const stopping = await takenBy(
      saying(503, { code: 'HTP4008', title: 'x', detail: 'Process: it is stopping. Ask again in a second.' }),
    );
    stopping.serve();
    expect(await stopping.look()).toMatchObject({
      level: 'warn',
      fact: expect.stringContaining("this deployment's server runs, and is not ready: Process: it is stopping."),
      details: { ours: true, ready: false },
    });
  });

  it('takes a Polyphon of another data folder, another program and one that says nothing for what they are', async () => {
    const other = await takenBy(saying(200, serving));
    expect(await other.look()).toMatchObject({
      level: 'warn',
      fact: expect.stringContaining('by a Polyphon that serves from another data folder'),
      next: expect.stringContaining('`server.port`'),
      details: { ours: false },
    });
    for (const answer of [saying(200, { status: 'ok' }), saying(404, {}), saying(200, []), saying(503, {})]) {
      const program = await takenBy(answer);
      expect(await program.look()).toEqual({
        level: 'warn',
        topic: 'Port',
        fact: `${program.port} on 127.0.0.1 is in use by another program`,
        next: 'Stop it, or set `server.port` in the settings.',
      });
    }
    const text = await takenBy((_request, response) => void response.end('<h1>It works!</h1>'));
    expect((await text.look())?.fact).toContain('by another program');
    const closed = await takenBy((request) => void request.socket.destroy());
    expect((await closed.look())?.fact).toContain('by another program');
    const beside = await takenBy(saying(404, {}));
    beside.serve();
    expect(await beside.look()).toMatchObject({
      level: 'warn',
      fact: expect.stringContaining('does not answer as Polyphon'),
      next: expect.stringContaining('there or on another port'),
    });
  });

  it('asks an address of IPv6, and this machine where all addresses are listened at', async () => {
    for (const host of ['::1', '::', '0.0.0.0']) {
      const up = await takenBy(saying(200, serving), host);
      up.serve();
      expect(await up.look()).toMatchObject({ level: 'ok' });
    }
  });

  it('leaves the lock with who serves', async () => {
    const { look, serve, deployment } = await takenBy(saying(200, serving));
    await look();
    using _ = serve();
    await look();
    expect(() => lockForServing(join(deployment.path, 'data'))).toThrow('Another Polyphon is serving');
  });
});
