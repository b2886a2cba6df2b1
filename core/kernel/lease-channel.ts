import type { Deliver } from '../contract/index.ts';
import type { ChannelLease } from './face.ts';
import type { TenantRevision } from './tenant-revision.ts';

/** Keeps the revision open until it is disposed. @throws PolyphonError when the channel cannot be opened. */
export async function leaseChannel(revision: TenantRevision, key: string, deliver: Deliver): Promise<ChannelLease> {
  const lease = revision.lease();
  try {
    const channel = await revision.channel(key);
    return {
      channel,
      socketRoutes: channel.sockets ?? [],
      deliver,
      failure: revision.failureOf(key),
      signal: revision.signal,
      [Symbol.dispose]: () => lease[Symbol.dispose](),
    };
  } catch (error) {
    lease[Symbol.dispose]();
    throw error;
  }
}
