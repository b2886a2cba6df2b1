import type { InboundMessage, Random } from '../../../../core/contract/index.ts';
import { openStore, type Store } from '../../../../core/store/open-store.ts';
import { FakeClock, seededRandom, settled } from '../../../kit/index.ts';
import { signal, silentLog } from '../rig.ts';
import { FakePlatform, type WindowRules } from './fake-platform.ts';
import { judge } from './judge.ts';
import { isHeld, judgeWindows } from './judge-windows.ts';
import { inventPeople, type Person } from './people.ts';
import { type CrashPlan, startProcess } from './simulated-process.ts';
import type { Witness } from './witness.ts';

export interface SimulationOptions {
  readonly people?: number;
  readonly stepsEach?: number;
  /** In place of crashes by chance. */
  readonly crashes?: CrashPlan;
  /** Whether the platforms take free text at any time, or close their windows; then operators write too, and there are long pauses. */
  readonly windows?: 'open' | 'closing';
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
  const isClosing = options.windows === 'closing';
  if (isClosing) closeWindows(platform, chance);
  const people = inventPeople(
    chance,
    options.people ?? 6,
    options.stepsEach ?? 8,
    isClosing ? 'operators-too' : 'people',
  );
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
  const witness: Witness = {
    people,
    acknowledged: new Map(),
    consents: new Map(),
    told: new Map(),
    failures: new Map(),
    written: new Map(),
    albums: [],
  };

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
      if (told.status.status === 'failed' && !witness.failures.has(key))
        witness.failures.set(key, { atMs: clock.now(), reason: told.status.reason });
      witness.told.set(key, [...(witness.told.get(key) ?? []), told.status]);
      // Told once, and now and then once more.
      if (chance.next() < 0.8) platform.untold.splice(platform.untold.indexOf(told), 1);
    }
    return true;
  }

  const next = new Map<Person, number>(people.map((person) => [person, 0]));
  /** Of operators' messages, so that each try has words of its own. */
  const tries = new Map<string, number>();
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
    const windowMs = platform.windows.get(person.tenantId)?.windowMs;
    if (windowMs !== undefined && chance.next() < 0.1) await clock.advance(Math.floor(windowMs * 2 * chance.next()));
  }

  async function operate(
    person: Person,
    step: Extract<Person['steps'][number], { kind: 'operator' }>,
  ): Promise<boolean> {
    const outbound = running.engine.outboundOf(person.tenantId, 'sms');
    const number = (tries.get(step.token) ?? 0) + 1;
    tries.set(step.token, number);
    const text = `${step.token} ${number}`;
    const template = step.template ? { template: { name: 'offer', language: 'en', parameters: [text] } } : {};
    const writing = (async () => {
      const { conversation } = person;
      const { id } = await outbound.open({ conversation, contact: { id: conversation } }, signal);
      return await outbound.enqueue(id, { text, ...template }, signal);
    })();
    const enqueued = await Promise.race([writing.catch(() => undefined), settled().then(() => undefined)]);
    if (enqueued === undefined || !running.isAlive()) return false;
    const key = `${person.tenantId} ${person.conversation}`;
    witness.acknowledged.set(key, [...(witness.acknowledged.get(key) ?? []), { ...step, token: text }]);
    return true;
  }

  async function take(person: Person, step: Person['steps'][number]): Promise<boolean> {
    if (step.kind === 'operator') return await operate(person, step);
    const key = `${person.tenantId} ${person.conversation}`;
    const consents = witness.consents.get(key) ?? [];
    if (step.kind === 'start') witness.consents.set(key, [...consents, { kind: 'start', atMs: clock.now() }]);
    const crashesBefore = crashCount;
    for (const message of step.messages) {
      const told = asTold(key, message);
      const copies = chance.next() < 0.3 ? [told, told] : [told];
      if (!(await post(person.tenantId, copies))) {
        begun.add(step);
        return false;
      }
      earlier.push({ tenantId: person.tenantId, message: told });
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

  function asTold(key: string, message: InboundMessage): InboundMessage {
    return isClosing && message.edits === undefined ? { ...message, sentAt: writtenAt(key, message.id) } : message;
  }

  /** In whole seconds, as platforms tell it. What comes again was not written again. */
  function writtenAt(key: string, id: string): number {
    const written = witness.written.get(key) ?? new Map<string, { readonly atMs: number; readonly heardMs: number }>();
    witness.written.set(key, written);
    const nowMs = clock.now();
    const { atMs } = written.get(id) ?? { atMs: nowMs };
    written.set(id, { atMs, heardMs: nowMs });
    platform.heard.set(key, Math.max(platform.heard.get(key) ?? 0, atMs));
    return Math.floor(atMs / 1000) * 1000;
  }

  // What is left is done with crashes, and what they leave without.
  for (let rest = 0; rest < 3; rest += 1) {
    await restartIfDead();
    await clock.advance(30_000);
  }
  isCalm = true;
  await restartIfDead();
  await clock.advance(20 * 60_000);
  await tellAll();
  if (isClosing) await writeOnceMore();
  const objections = await judge(witness, platform, store, running.engine);
  platform.trouble = 'none';
  objections.push(...(await judgeRetries(platform, store, running.engine, clock)));
  if (isClosing) objections.push(...(await judgeWindows(witness, { platform, store, clock, letPass })));
  await running.engine.drain(signal);
  return { objections, crashes: crashCount, messages: earlier.length };

  /** Until there is nothing more to tell: of what is told, something may be sent again. */
  async function tellAll(): Promise<void> {
    while (platform.untold.length > 0) {
      for (const tenantId of tenants) {
        while (platform.untold.some((untold) => untold.tenantId === tenantId)) await post(tenantId, []);
      }
      await clock.advance(60_000);
    }
  }

  /** Half of the people write again, and the platforms' windows stay open for as long as answers take. */
  async function writeOnceMore(): Promise<void> {
    for (const [tenantId, rules] of platform.windows)
      platform.windows.set(tenantId, { ...rules, windowMs: 86_400_000 });
    // A bot does not see at once that its channel has become another.
    running.crash();
    await restartIfDead();
    for (const [index, person] of people.entries()) {
      if (chance.next() < 0.5) continue;
      const token = `m${index}.99`;
      const { conversation } = person;
      const message = { id: token, conversation, contact: { id: conversation }, text: `${token}v0` };
      await take(person, { kind: 'say', tokens: [token], messages: [message] });
    }
    await clock.advance(30 * 60_000);
    await tellAll();
    await clock.advance(30 * 60_000);
  }

  /** Time in which no process runs, and a while with one. */
  async function letPass(ms: number): Promise<void> {
    running.crash();
    await clock.advance(ms);
    await restartIfDead();
    await clock.advance(5 * 60_000);
    await tellAll();
  }
}

function closeWindows(platform: FakePlatform, chance: Random): void {
  for (const tenantId of tenants) platform.windows.set(tenantId, inventWindow(chance));
}

function inventWindow(chance: Random): WindowRules {
  const oneOf = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(chance.next() * items.length)] ?? items[0];
  const windowMs = oneOf([5000, 20_000, 300_000]);
  return {
    windowMs,
    leastMs: windowMs,
    knownTo: oneOf(['channel', 'platform']),
    tells: oneOf(['at-once', 'late']),
    outside: oneOf(['nothing', 'invites', 'invites', 'carries', 'either']),
  };
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
      const { outbox } = store.forTenant(tenantId);
      const waits = outbox.unsettledOf(outbox.byId(id)?.conversationId ?? '').some(isHeld);
      const least = dead.has(id) || waits ? 0 : 1;
      const resends = outbox.byId(id)?.resends ?? 0;
      const most = (dead.has(id) ? 0 : 1) + resends;
      if (times < least || times > most) objections.push(`${id}, tried again, arrived ${times} times`);
    }
  }
  return objections;
}
