import type { InboundMessage } from '../../../../core/contract/index.ts';
import { openStore, type Store } from '../../../../core/store/open-store.ts';
import { FakeClock, seededRandom, settled } from '../../../kit/index.ts';
import { signal, silentLog } from '../rig.ts';
import { FakePlatform } from './fake-platform.ts';
import { judge, type Witness } from './judge.ts';
import { inventPeople, type Person } from './people.ts';
import { type CrashPlan, startProcess } from './simulated-process.ts';

export interface SimulationOptions {
  readonly people?: number;
  readonly stepsEach?: number;
  /** In place of crashes by chance. */
  readonly crashes?: CrashPlan;
}

/** What one simulation came to: nothing to object to, or what was wrong. */
export interface Verdict {
  readonly objections: readonly string[];
  readonly crashes: number;
  readonly messages: number;
}

const tenants = ['acme', 'other'];

/**
 * Some people write, two at a time under the same address to two bots; webhooks come double, again after a restart and out of order, the platform is busy,
 * refuses, loses answers and tells statuses in any order; the process dies at writes and between them.
 */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Verdict> {
  const clock = new FakeClock();
  const chance = seededRandom(seed);
  const talent = (['silent', 'finds', 'confirms'] as const)[seed % 3] ?? 'silent';
  const platform = new FakePlatform(clock, chance, new Map([['other', talent]]));
  const people = inventPeople(chance, options.people ?? 6, options.stepsEach ?? 8);
  let isCalm = false;
  const byChance: CrashPlan['atWrite'] = () => {
    const luck = chance.next();
    return luck < 0.008 ? 'before' : luck < 0.016 ? 'after' : 'not';
  };
  const atWrite = options.crashes?.atWrite ?? byChance;
  const crashes: CrashPlan = { atWrite: () => (isCalm ? 'not' : atWrite()) };
  await using store = await openStore({ path: ':memory:', clock, log: silentLog });
  const world = { store, clock, chance, platform, crashes };
  let running = startProcess(world);
  let crashCount = 0;
  const witness: Witness = { people, acknowledged: new Map(), consents: new Map(), told: new Map(), albums: [] };

  async function restartIfDead(): Promise<void> {
    while (!running.isAlive()) {
      crashCount += 1;
      await settled();
      running = startProcess(world);
      await Promise.race([running.engine.recover(tenants, signal), settled()]);
    }
  }

  /** Whether the platform got its 2xx. */
  async function post(tenantId: string, messages: readonly InboundMessage[]): Promise<boolean> {
    const statuses = platform.untold.filter(() => chance.next() < 0.3).filter((untold) => untold.tenantId === tenantId);
    const receiving = running.engine
      .deliverer(tenantId, 'sms')(
        messages,
        statuses.map(({ status }) => status),
      )
      .catch(() => undefined);
    const receipts = await Promise.race([receiving, settled().then(() => undefined)]);
    if (receipts === undefined || !running.isAlive()) return false;
    for (const told of statuses) {
      const key = `${tenantId} ${told.status.providerMessageId}`;
      witness.told.set(key, [...(witness.told.get(key) ?? []), told.status]);
      // Told once, and now and then once more.
      if (chance.next() < 0.8) platform.untold.splice(platform.untold.indexOf(told), 1);
    }
    return true;
  }

  const next = new Map<Person, number>(people.map((person) => [person, 0]));
  const begun = new Set<Person['steps'][number]>();
  const earlier: { readonly tenantId: string; readonly message: InboundMessage }[] = [];
  for (;;) {
    const busy = people.filter((person) => (next.get(person) ?? 0) < person.steps.length);
    const person = busy[Math.floor(chance.next() * busy.length)];
    if (person === undefined) break;
    await restartIfDead();
    const at = next.get(person) ?? 0;
    const step = person.steps[at];
    const again = earlier[Math.floor(chance.next() * earlier.length)];
    if (again !== undefined && chance.next() < 0.1) await post(again.tenantId, [again.message]);
    else if (step !== undefined && (await take(person, step))) next.set(person, at + 1);
    await clock.advance(Math.floor(chance.next() * 900));
    if (chance.next() < 0.04) running.crash();
  }

  async function take(person: Person, step: Person['steps'][number]): Promise<boolean> {
    const key = `${person.tenantId} ${person.conversation}`;
    const consents = witness.consents.get(key) ?? [];
    if (step.kind === 'start') witness.consents.set(key, [...consents, { kind: 'start', atMs: clock.now() }]);
    const crashesBefore = crashCount;
    for (const message of step.messages) {
      const copies = chance.next() < 0.3 ? [message, message] : [message];
      if (!(await post(person.tenantId, copies))) {
        begun.add(step);
        return false;
      }
      earlier.push({ tenantId: person.tenantId, message });
      if (message !== step.messages.at(-1)) await clock.advance(Math.floor(chance.next() * 1150));
    }
    // Sent again after a crash its parts come too far apart to be one.
    const isWhole = crashCount === crashesBefore && running.isAlive() && !begun.has(step);
    // What somebody says after STOP runs no turn: the next one sees it, as far as it had come, among what was said before.
    const isHeard = consents.at(-1)?.kind !== 'stop';
    if (step.kind === 'say' && step.tokens.length > 1 && isWhole && isHeard)
      witness.albums.push({ key, tokens: step.tokens });
    if (step.kind === 'stop') witness.consents.set(key, [...consents, { kind: 'stop', atMs: clock.now() }]);
    witness.acknowledged.set(key, [...(witness.acknowledged.get(key) ?? []), step]);
    return true;
  }

  // What is left is done with crashes, and what they leave without.
  for (let rest = 0; rest < 3; rest += 1) {
    await restartIfDead();
    await clock.advance(30_000);
  }
  isCalm = true;
  await restartIfDead();
  await clock.advance(20 * 60_000);
  while (platform.untold.some(({ tenantId }) => tenantId === 'acme')) await post('acme', []);
  while (platform.untold.some(({ tenantId }) => tenantId === 'other')) await post('other', []);
  const objections = await judge(witness, platform, store, running.engine);
  platform.trouble = 'none';
  objections.push(...(await judgeRetries(platform, store, running.engine, clock)));
  await running.engine.drain(signal);
  return { objections, crashes: crashCount, messages: earlier.length };
}

/** What was refused for good arrives once when an operator tries it again. */
async function judgeRetries(
  platform: FakePlatform,
  store: Store,
  engine: ReturnType<typeof startProcess>['engine'],
  clock: FakeClock,
): Promise<readonly string[]> {
  const objections: string[] = [];
  for (const tenantId of tenants) {
    const letters = (await engine.deadLetters(tenantId, { limit: 1000 }, signal)).filter(
      ({ reason }) => reason === 'blocked',
    );
    for (const { id } of letters) await engine.retryDeadLetter(tenantId, id, signal);
    await clock.advance(60_000);
    const dead = new Set((await engine.deadLetters(tenantId, { limit: 1000 }, signal)).map(({ id }) => id));
    for (const { id } of letters) {
      const times = [...platform.arrived]
        .filter(([key]) => key.startsWith(`${tenantId} `))
        .flatMap(([, list]) => list.filter((one) => one.id === id)).length;
      const least = dead.has(id) ? 0 : 1;
      const resends = store.forTenant(tenantId).outbox.byId(id)?.resends ?? 0;
      if (times < least || times > least + resends) objections.push(`${id}, tried again, arrived ${times} times`);
    }
  }
  return objections;
}
