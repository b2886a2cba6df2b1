import type { ChannelFailure } from '../../kernel/face.ts';
import type { Deployment } from '../deployment.ts';
import type { Shell } from '../shell.ts';
import { askRunning } from './running-server.ts';

/** As the running server says it, which may be of another version. */
export type RunningFailure = Omit<ChannelFailure, 'code'> & { readonly code: string };

/**
 * Why a channel that polls hears nothing in the server that runs here now: only the one that polls can know, as asking the platform
 * would take its place. Undefined where all is well there, or no server answers.
 */
export async function runningFailure(
  place: { readonly tenantId: string; readonly key: string },
  { settings }: Deployment,
  shell: Shell,
): Promise<RunningFailure | undefined> {
  const answer = await askRunning(`/v1/${place.tenantId}/${place.key}/health`, settings, shell);
  if (answer?.status !== 503 || answer.body === undefined) return undefined;
  const { code, detail, since } = answer.body as Readonly<Record<keyof RunningFailure, unknown>>;
  if (typeof code !== 'string' || typeof detail !== 'string' || typeof since !== 'string') return undefined;
  return Number.isNaN(Date.parse(since)) ? undefined : { code, detail: detail.replace(/\s+/g, ' '), since };
}
