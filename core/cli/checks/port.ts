import { createServer } from 'node:net';
import type { Deployment } from '../deployment.ts';
import type { Shell } from '../shell.ts';
import { count } from '../wording.ts';
import { type Finding, fail, fine, warn } from './finding.ts';
import { askRunning, type RunningAnswer } from './running-server.ts';

const topic = 'Port';

/** Opens the port for a moment. Where it is taken, asks who is there: this deployment's own server is no trouble. */
export async function checkPort(deployment: Deployment, shell: Pick<Shell, 'terminal'>): Promise<Finding> {
  const { port, host } = deployment.settings.server;
  if (port === 0) return fine(topic, 'any free one');
  const reason = await whyTaken(port, host);
  if (reason === undefined) return fine(topic, `${port} on ${host} is free`);
  if (reason === 'EADDRINUSE') return await whoIsThere(deployment, shell);
  const next = 'Correct `server.port` and `server.host` in the settings.';
  return fail(topic, `${port} on ${host} cannot be opened (${reason})`, next);
}

function whyTaken(port: number, host: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const probe = createServer();
  probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'no reason is known'));
  probe.listen({ port, host }, () => probe.close(() => resolve(undefined)));
  return promise;
}

async function whoIsThere(deployment: Deployment, shell: Pick<Shell, 'terminal'>): Promise<Finding> {
  const { settings, dataDirectory } = deployment;
  const answer = await askRunning('/ready', settings, shell);
  const { isServedFrom } = await import('../../store/serving-lock.ts');
  const isOurs = isServedFrom(dataDirectory);
  const place = `${settings.server.port} on ${settings.server.host}`;
  const server = answer === undefined ? 'none' : stateOf(answer);
  const choose = 'Stop it, or set `server.port` in the settings.';
  if (server === 'none') {
    return isOurs
      ? warn(topic, `${place} is in use, and what is there does not answer as Polyphon`, unknownServer)
      : warn(topic, `${place} is in use by another program`, choose);
  }
  const details = { url: answer?.url, ours: isOurs, ...server.details };
  if (!isOurs) {
    const fact = `${place} is in use by a Polyphon that serves from another data folder than ${dataDirectory}`;
    return {
      ...warn(topic, fact, `If it is this deployment's, name its folder with --data. Else: ${choose}`),
      details,
    };
  }
  if (server.fact === undefined) {
    const fact = `${place}: this deployment's server runs, and is not ready: ${server.detail}`;
    return { ...warn(topic, fact, 'Run `polyphon doctor` again in a moment.'), details };
  }
  return { ...fine(topic, `${place}: this deployment's server runs; ${server.fact}`), details };
}

const unknownServer =
  "This deployment's server runs (its data folder is locked), there or on another port. See its log; stop what else listens there, or set `server.port`.";

type State =
  | { readonly fact: string; readonly details: Readonly<Record<string, unknown>> }
  | { readonly fact?: undefined; readonly detail: string; readonly details: Readonly<Record<string, unknown>> };

/** `none`: it is no Polyphon. What `/ready` answers with 200 and with 503 stands in interfaces that others rely on. */
function stateOf({ status, body }: RunningAnswer): State | 'none' {
  if (status === 503 && body?.['code'] === 'HTP4008' && typeof body['detail'] === 'string') {
    return { detail: body['detail'].replace(/\s+/g, ' '), details: { ready: false } };
  }
  if (status !== 200 || body?.['status'] !== 'ready') return 'none';
  const tenants = body['tenants'] as Readonly<Record<string, unknown>> | null | undefined;
  const { serving, failed } = tenants ?? {};
  if (typeof serving !== 'number' || typeof failed !== 'number') return 'none';
  const fact = `${count(serving, 'bot')} served${failed === 0 ? '' : `, ${failed} failed`}`;
  return { fact, details: { ready: true, serving, failed } };
}
