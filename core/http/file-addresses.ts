import { type Fetches, fetchesFiles } from '../conversation/operator/file-addresses.ts';
import type { Kernel } from '../kernel/face.ts';

/** Asks the channels of a tenant, each only as long as it takes. */
export function fetchesIn(kernel: Pick<Kernel, 'channel'>, tenantId: string, signal: AbortSignal): Fetches {
  return async (key) => {
    const fetches = await fetchesFiles(opened(kernel, tenantId, key, signal));
    signal.throwIfAborted();
    return fetches;
  };
}

async function opened(kernel: Pick<Kernel, 'channel'>, tenantId: string, key: string, signal: AbortSignal) {
  using lease = await kernel.channel(tenantId, key, signal);
  return lease.channel;
}
