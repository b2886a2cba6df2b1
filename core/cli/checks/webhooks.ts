import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, PolyphonError } from '../../contract/index.ts';
import { within } from '../../conversation/within.ts';
import type { Application } from '../../kernel/application.ts';
import { type Deployment, openApplication, openObserve } from '../deployment.ts';
import type { Shell } from '../shell.ts';
import { type Finding, fail, warn } from './finding.ts';
import { judgeWebhook } from './judge-webhook.ts';
import { runningFailure } from './running-failure.ts';

/** How long one bot may take to open, and one platform to answer. */
const patienceMs = 10_000;
/** How many platforms are asked at once. */
const width = 8;

export interface BotChannels {
  readonly tenantId: string;
  /** Keys of the enabled channels that a platform may call. */
  readonly keys: readonly string[];
}

/**
 * Asks each platform which address it calls. Channels open with a store of their own that goes with the check; a platform that
 * does not answer in time costs its own line and nothing else.
 */
export async function checkWebhooks(
  bots: readonly BotChannels[],
  deployment: Deployment,
  shell: Shell,
): Promise<readonly Finding[]> {
  const waiting = bots.flatMap(({ tenantId, keys }) => keys.map((key) => ({ tenantId, key })));
  if (waiting.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), 'polyphon-doctor-'));
  const apart: Deployment = {
    ...deployment,
    dataDirectory: folder,
    settings: { ...deployment.settings, store: { use: 'sqlite', path: join(folder, 'polyphon.db') } },
  };
  try {
    await using application = await openApplication(apart, shell, await openObserve(shell, apart, 'quiet'));
    const opening = new Map<string, Promise<unknown>>();
    for (const { tenantId } of bots) {
      const opened = application.kernel.reload(tenantId, shell.terminal.signal);
      opened.catch(() => {});
      opening.set(tenantId, opened);
    }
    const findings = new Map<object, Finding | undefined>();
    const work = waiting.values();
    const ask = async () => {
      for (const one of work) {
        findings.set(one, await checkOne(one, opening.get(one.tenantId), { application, deployment, shell }));
      }
    };
    await Promise.all(Array.from({ length: width }, ask));
    return waiting.flatMap((one) => findings.get(one) ?? []);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly tenantId: string;
  readonly key: string;
}
interface Around {
  readonly application: Application;
  readonly deployment: Deployment;
  readonly shell: Shell;
}

/** Undefined where the channel has no address at a platform. */
async function checkOne(
  { tenantId, key }: Place,
  opened: Promise<unknown> | undefined,
  { application, deployment, shell }: Around,
): Promise<Finding | undefined> {
  const { clock, signal } = shell.terminal;
  using patience = clock.deadline(patienceMs, signal);
  const limits = [patience.signal];
  const about = { tenant: tenantId, channel: key };
  try {
    await within(Promise.resolve(opened), limits);
    const opening = application.kernel.channel(tenantId, key, signal);
    // One that comes too late is given back, or closing would wait for it.
    void opening.then(
      (late) => patience.signal.aborted && late[Symbol.dispose](),
      () => {},
    );
    using lease = await within(opening, limits);
    const { registration } = lease.channel;
    if (registration === undefined) return undefined;
    const state = await within(registration.info(patience.signal), limits);
    const { publicOrigin } = deployment.settings.server;
    const intake = intakeOf(lease.channel);
    const failure = intake === 'fetches' ? await runningFailure({ tenantId, key }, deployment, shell) : undefined;
    return judgeWebhook(state, { ...about, publicOrigin, intake, failure, now: clock.now() });
  } catch (error) {
    signal.throwIfAborted();
    return unanswered(error, about, patience.signal);
  }
}

function intakeOf({ listen }: Channel): 'fetches' | 'is-called' {
  return listen === undefined ? 'is-called' : 'fetches';
}

type About = { readonly tenant: string; readonly channel: string };

function unanswered(error: unknown, about: About, patience: AbortSignal): Finding {
  const place = `${about.tenant}/${about.channel}`;
  const again = `\`polyphon webhooks ${about.tenant} info --channel ${about.channel}\` asks again.`;
  if (patience.aborted) {
    const fact = `${place}: the platform did not answer within ${patienceMs / 1000} s`;
    return { ...warn('Webhook', fact, `Check the network; ${again}`), details: { ...about, error: 'timeout' } };
  }
  const known = error instanceof PolyphonError ? error : undefined;
  const fact = `${place}: ${known === undefined ? 'the platform could not be asked' : known.message}`;
  const details = { ...about, error: known?.code ?? 'unknown' };
  // What asking later may change is not for the operator to repair.
  const passes = known === undefined || known.code.startsWith('NET') || known.retryAfterMs !== undefined;
  return { ...(passes ? warn : fail)('Webhook', fact, again), details };
}
