import type { Logger, ResolvedBot } from '../../../core/contract/index.ts';
import { createFakeWebhookReceiver, FakeClock, type FakeWebhookReceiver, seededRandom } from '../../kit/index.ts';
import { makeBot, makeRig, type Rig, signal } from './rig.ts';

/** What the receiver's events are signed with. */
export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** A rig whose events go to a receiver, and which has taken up what there was. */
export async function makeToldRig(
  change: Partial<ResolvedBot>,
  options: { readonly path?: string; readonly seed?: number; readonly clock?: FakeClock; readonly log?: Logger } = {},
): Promise<Rig & { readonly receiver: FakeWebhookReceiver }> {
  const { clock = new FakeClock() } = options;
  const receiver = createFakeWebhookReceiver({ secret, now: () => clock.now() });
  const rig = await makeRig({
    clock,
    http: receiver.http,
    random: seededRandom(options.seed ?? 1),
    tenants: { acme: { bot: makeBot('acme', change) } },
    ...(options.path === undefined ? {} : { path: options.path }),
    ...(options.log === undefined ? {} : { log: options.log }),
  });
  await rig.engine.recover(['acme'], signal);
  return Object.assign(rig, { receiver });
}
