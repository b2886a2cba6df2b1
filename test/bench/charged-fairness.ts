import { done, fakeModel, makeBot, makeRig } from '../core/conversation/rig.ts';
import { FakeClock, seededRandom } from '../kit/index.ts';
import { quantile } from './measure.ts';

const others = 9;
const othersPerSecond = 45;
const chats = 50;
const thinksMs = 200;
const stepMs = 1;

/** Who floods, and what it may. */
export interface Flood {
  readonly perSecond: number;
  /** Messages a minute that are taken of it; what is beyond is told that the bot is busy. */
  readonly perMinute: number;
}

/**
 * The real engine on a clock of its own, which goes on by the CPU time that the process has used, and jumps over idle time: what a
 * flood costs the others in work and in waiting shows, and what else the machine does at the time does not. `slots`: how many turns may
 * run at once.
 */
export async function chargedFairness(slots: number): Promise<
  AsyncDisposable & {
    /** The 95th percentile of the others' time from a message to its reply, over so many seconds. */
    window(flood: Flood, seconds: number): Promise<number>;
  }
> {
  const clock = new FakeClock();
  const chance = seededRandom(11);
  const rig = await makeRig({ clock, maxRunningTurns: slots });
  const askedMs = new Map<string, number>();
  let times: number[] = [];
  const model = fakeModel(async function* () {
    await clock.sleep(Math.floor(chance.next() * thinksMs));
    yield { type: 'text', text: 'Fine.' };
    yield done;
  });
  const tenantOf = (index: number): string => (index < 0 ? 'noisy' : `calm-${index}`);
  const settle = (tenantId: string, perMinute: number): void => {
    const { limits, session, prompts } = makeBot(tenantId);
    rig.tenant(tenantId).bot = makeBot(tenantId, {
      prompts: { ...prompts, greeting: {} },
      guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [] } },
      session: { ...session, coalesceMs: 0 },
      limits: { ...limits, maxTurns: 100_000, perTenant: { count: perMinute, perMs: 60_000 } },
    });
    rig.tenant(tenantId).models = [model];
  };
  for (let index = -1; index < others; index += 1) {
    const tenantId = tenantOf(index);
    settle(tenantId, 1_000_000);
    rig.tenant(tenantId).sms = {
      send: async ({ conversation }) => {
        const atMs = askedMs.get(`${tenantId} ${conversation}`);
        if (index >= 0 && atMs !== undefined) times.push(clock.now() - atMs);
        return { status: 'delivered', providerMessageId: `${tenantId} ${clock.now()}` };
      },
    };
  }
  let said = 0;
  const say = (index: number): void => {
    said += 1;
    const tenantId = tenantOf(index);
    const conversation = `+${Math.floor(said / (others + 1)) % (index < 0 ? 500 : chats)}`;
    askedMs.set(`${tenantId} ${conversation}`, clock.now());
    void rig.sms('Hello there', { id: `s${said}`, conversation, contact: { id: conversation } }, tenantId);
  };
  return {
    window: async (flood, seconds) => {
      settle('noisy', flood.perMinute);
      times = [];
      const startMs = clock.now();
      let [calmSaid, noisySaid] = [0, 0];
      for (let spentMs = 0; clock.now() - startMs < seconds * 1000; ) {
        const before = process.threadCpuUsage();
        const passed = (clock.now() - startMs) / 1000;
        for (; calmSaid < passed * othersPerSecond; calmSaid += 1) say(calmSaid % others);
        for (; noisySaid < passed * flood.perSecond; noisySaid += 1) say(-1);
        await clock.advance(Math.max(stepMs, spentMs));
        const { user, system } = process.threadCpuUsage(before);
        spentMs = (user + system) / 1000;
      }
      const measured = times;
      await clock.advance(2_000);
      return quantile(measured, 0.95);
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}
