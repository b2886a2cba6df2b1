import type { WebhookState } from '../../contract/index.ts';
import { channelAddress } from '../../kernel/channel-address.ts';
import { ago, count } from '../wording.ts';
import { type Finding, fail, fine, warn } from './finding.ts';
import type { RunningFailure } from './running-failure.ts';

/** A platform keeps its last error also when all is well again: an older one is told, and is no warning. */
const recentMs = 3_600_000;

export interface WebhookPlace {
  readonly tenant: string;
  readonly channel: string;
  readonly publicOrigin: string | undefined;
  /** A channel that fetches its messages needs no address, and may not have one. */
  readonly intake: 'fetches' | 'is-called';
  /** Of the server that runs here, where it fetches and cannot. */
  readonly failure?: RunningFailure | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a platform says of a channel's address, held against what it should be. An address of others is named by its host only. */
export function judgeWebhook(state: WebhookState, place: WebhookPlace): Finding {
  const { tenant, channel, publicOrigin, now } = place;
  const { pending, lastError } = state;
  const expected = publicOrigin === undefined ? undefined : channelAddress(publicOrigin, tenant, channel);
  const isOurs = expected !== undefined && state.url !== undefined && isBelow(state.url, expected);
  const shown = isOurs ? state.url : hostOf(state.url);
  const errorAgeMs = lastError === undefined ? undefined : Math.max(0, now - Date.parse(lastError.at));
  const details = {
    ...{ tenant, channel, address: shown ?? null, ours: publicOrigin === undefined ? null : isOurs },
    ...(expected === undefined ? {} : { expected }),
    ...(pending === undefined ? {} : { pending }),
    ...(lastError === undefined ? {} : { lastError: { ...lastError, ageMs: errorAgeMs } }),
    ...(state.problems === undefined ? {} : { problems: state.problems }),
    ...(place.failure === undefined ? {} : { failure: place.failure }),
    notes: state.notes,
  };
  const say = (fact: string) => [`${tenant}/${channel}: ${fact}`, ...heardOf(state, errorAgeMs)].join('; ');
  const set = `\`polyphon webhooks ${tenant} set --channel ${channel} --url ${publicOrigin ?? 'https://…'}\``;
  const found = (finding: Finding): Finding => ({ ...finding, details });

  if (place.intake === 'fetches') return found(judgePolling(state, place, { say, shown }));
  if (state.asked === 'in-vain') {
    const wanted = expected === undefined ? '' : `; it must begin with ${expected}`;
    return found(fine('Webhook', say(`the platform does not tell which address is registered${wanted}`)));
  }
  if (state.url === undefined) {
    return found(fail('Webhook', say('none is registered, and the bot hears nothing'), `${set} registers it.`));
  }
  if (expected === undefined) {
    const next = 'Set `server.publicOrigin` in the settings, so that it can be compared.';
    return found(warn('Webhook', say(`registered at ${shown}; whether that is here is not known`), next));
  }
  if (!isOurs) {
    return found(fail('Webhook', say(`registered at ${shown}, not at ${expected}`), `${set} moves it here.`));
  }
  if (state.problems !== undefined && state.problems.length > 0) {
    return found(warn('Webhook', say(`${shown}: ${state.problems.join(' ')}`), `${set} sets it anew.`));
  }
  if (errorAgeMs !== undefined && errorAgeMs < recentMs) {
    const next = `\`polyphon webhook-log ${tenant}\` shows what arrived; if nothing did, the address does not lead here.`;
    return found(warn('Webhook', say(`registered at ${shown}`), next));
  }
  return found(fine('Webhook', say(`registered at ${shown}`)));
}

function judgePolling(
  { url }: WebhookState,
  { tenant, channel, failure, now }: WebhookPlace,
  { say, shown }: { readonly say: (fact: string) => string; readonly shown: string | undefined },
): Finding {
  if (url !== undefined) {
    const next = `\`polyphon webhooks ${tenant} delete --channel ${channel}\` removes it, or use \`mode: webhook\`.`;
    return fail('Webhook', say(`it polls, and a webhook at ${shown} stops it`), next);
  }
  if (failure === undefined) return fine('Webhook', say('it polls and needs no webhook'));
  const since = ago(Math.max(0, now - Date.parse(failure.since)));
  const fact = say(`the server that runs here hears nothing, first ${since}: ${failure.detail}`);
  return fail('Webhook', fact, 'Do what it says; the server begins again by itself.');
}

function heardOf({ pending, lastError }: WebhookState, errorAgeMs: number | undefined): readonly string[] {
  return [
    ...(pending === undefined ? [] : [`${count(pending, 'update')} waiting`]),
    ...(lastError === undefined || errorAgeMs === undefined
      ? []
      : [`last error ${ago(errorAgeMs)}: ${lastError.message.replace(/\s+/g, ' ')}`]),
  ];
}

function isBelow(registered: string, expected: string): boolean {
  const [one, other] = [URL.parse(registered), URL.parse(expected)];
  if (one === null || other === null) return false;
  return one.origin === other.origin && one.pathname.startsWith(`${other.pathname}/`);
}

/** Of an address that is not ours: its path may be somebody's secret. */
function hostOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  return URL.parse(url)?.origin ?? 'an address that is none';
}
