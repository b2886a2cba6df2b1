import { type Channel, PolyphonError } from '../../contract/index.ts';
import { within } from '../../conversation/within.ts';
import { severalAtOnce } from '../../kernel/several-at-once.ts';
import type { Deployment } from '../deployment.ts';
import type { Shell } from '../shell.ts';
import type { BotsApart } from './bots-apart.ts';
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

/** Asks each platform which address it calls. One that does not answer in time costs its own line and nothing else. */
export async function checkWebhooks(
  channels: readonly BotChannels[],
  bots: BotsApart,
  deployment: Deployment,
  shell: Shell,
): Promise<readonly Finding[]> {
  const waiting = channels.flatMap(({ tenantId, keys }) => keys.map((key) => ({ tenantId, key })));
  // All at once, as each has its own time only.
  for (const { tenantId } of channels) void bots.opened(tenantId);
  const found = await severalAtOnce(waiting, width, (one) => checkOne(one, { bots, deployment, shell }));
  return found.flat();
}

interface Place {
  readonly tenantId: string;
  readonly key: string;
}
interface Around {
  readonly bots: BotsApart;
  readonly deployment: Deployment;
  readonly shell: Shell;
}

/** None where the channel has no address at a platform. */
async function checkOne({ tenantId, key }: Place, { bots, deployment, shell }: Around): Promise<readonly Finding[]> {
  const { clock, signal } = shell.terminal;
  using patience = clock.deadline(patienceMs, signal);
  const limits = [patience.signal];
  const about = { tenant: tenantId, channel: key };
  try {
    await within(bots.opened(tenantId), limits);
    const opening = bots.application.kernel.channel(tenantId, key, signal);
    // One that comes too late is given back, or closing would wait for it.
    void opening.then(
      (late) => patience.signal.aborted && late[Symbol.dispose](),
      () => {},
    );
    using lease = await within(opening, limits);
    const { registration } = lease.channel;
    if (registration === undefined) return [];
    const state = await within(registration.info(patience.signal), limits);
    const { publicOrigin } = deployment.settings.server;
    const intake = intakeOf(lease.channel);
    const failure = intake === 'fetches' ? await runningFailure({ tenantId, key }, deployment, shell) : undefined;
    const webhook = judgeWebhook(state, { ...about, publicOrigin, intake, failure, now: clock.now() });
    return [webhook, ...(state.outgoingProblems ?? []).map((problem) => unsendable(problem, about))];
  } catch (error) {
    signal.throwIfAborted();
    return [unanswered(error, about, patience.signal)];
  }
}

/** One that is called may fetch besides what its calls have missed. */
function intakeOf({ listen, routes = [] }: Channel): 'fetches' | 'is-called' {
  return listen === undefined || routes.length > 0 ? 'is-called' : 'fetches';
}

type About = { readonly tenant: string; readonly channel: string };

function unsendable(problem: string, about: About): Finding {
  const finding = warn('Sending', `${about.tenant}/${about.channel}: ${problem}`, asksAgain(about));
  return { ...finding, details: { ...about, problem } };
}

function asksAgain({ tenant, channel }: About): string {
  return `\`polyphon webhooks ${tenant} info --channel ${channel}\` asks again.`;
}

function unanswered(error: unknown, about: About, patience: AbortSignal): Finding {
  const place = `${about.tenant}/${about.channel}`;
  const again = asksAgain(about);
  if (patience.aborted) {
    const fact = `${place}: the platform did not answer within ${patienceMs / 1000} s`;
    return { ...warn('Webhook', fact, `Check the network; ${again}`), details: { ...about, error: 'timeout' } };
  }
  const known = error instanceof PolyphonError ? error : undefined;
  const fact = `${place}: ${known === undefined ? 'the platform could not be asked' : known.message}`;
  const details = { ...about, error: known?.code ?? 'unknown' };
  // What asking later may change is not for the operator to repair; an address that may not be called is.
  const isAway = known?.code.startsWith('NET') === true && known.code !== 'NET6001';
  const passes = known === undefined || isAway || known.retryAfterMs !== undefined;
  return { ...(passes ? warn : fail)('Webhook', fact, again), details };
}
