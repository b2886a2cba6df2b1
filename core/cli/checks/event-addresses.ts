import { PolyphonError, type ResolvedBot } from '../../contract/index.ts';
import { isMailAddress } from '../../conversation/events/handoff-letter.ts';
import { within } from '../../conversation/within.ts';
import { severalAtOnce } from '../../kernel/several-at-once.ts';
import { type AllowedPrivate, createAllowedPrivate } from '../../network/address-guard.ts';
import { requireWayOut } from '../../network/target-guard.ts';
import type { Deployment } from '../deployment.ts';
import type { Shell } from '../shell.ts';
import { count } from '../wording.ts';
import { type Finding, fail, fine, warn } from './finding.ts';

/** How long the resolver of names may take. */
const patienceMs = 5_000;
/** How many names are asked for at once. */
const width = 8;

/** Web addresses that a bot tells what happens in it. */
export interface EventAddresses {
  readonly tenantId: string;
  readonly urls: readonly string[];
}

export function eventAddressesOf(tenantId: string, { events, handoff }: ResolvedBot): EventAddresses {
  const notified = (handoff?.notify ?? []).filter((address) => !isMailAddress(address));
  return { tenantId, urls: [...new Set([...events.map(({ url }) => url), ...notified])] };
}

/** Whether events may go where they are to go at all; nobody there is asked. An address is named by its host, because the rest may be a secret. */
export async function checkEventAddresses(
  telling: readonly EventAddresses[],
  { settings }: Deployment,
  shell: Shell,
): Promise<readonly Finding[]> {
  const allowed = createAllowedPrivate(settings.http.allowPrivate);
  const all = telling.flatMap(({ tenantId, urls }) => urls.map((url) => ({ tenantId, url })));
  const found = await severalAtOnce(all, width, (one) => checkOne(one, allowed, shell));
  const wrong = found.filter((one) => one !== undefined);
  const isAllWell = all.length > 0 && wrong.length === 0;
  return isAllWell ? [fine('Events', `${count(all.length, 'webhook')} may be called`)] : wrong;
}

async function checkOne(
  { tenantId, url }: { readonly tenantId: string; readonly url: string },
  allowed: AllowedPrivate,
  shell: Shell,
): Promise<Finding | undefined> {
  const { clock, signal } = shell.terminal;
  using patience = clock.deadline(patienceMs, signal);
  try {
    await within(requireWayOut(url, allowed), [patience.signal]);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const isForGood = error instanceof PolyphonError && error.code === 'NET6001';
    const host = URL.parse(url)?.host ?? 'an address that is none';
    const why = error instanceof PolyphonError ? error.message : `the name of ${host} could not be asked for`;
    const next = `\`polyphon events ${tenantId}\` shows what has not arrived, and sends it again.`;
    return { ...(isForGood ? fail : warn)('Events', `${tenantId}: ${why}`, next), details: { tenant: tenantId, host } };
  }
}
