import { type InboundMessage, PolyphonError, type Random } from '../../../../core/contract/index.ts';
import { openStore, type Store } from '../../../../core/store/open-store.ts';
import { FakeClock, seededRandom } from '../../../kit/index.ts';
import { signal, silentLog } from '../rig.ts';
import { Actors } from './actors.ts';
import { FakePlatform, type WindowRules } from './fake-platform.ts';
import { type Features, inventFeatures, type WorldKind } from './features.ts';
import { judge } from './judge.ts';
import { judgeEvents } from './judge-events.ts';
import { isHeld, judgeWindows } from './judge-windows.ts';
import { inventPeople, type Person, type Step } from './people.ts';
import { isOfFailedPart, judgeParts, PartLog } from './sent-parts.ts';
import type { CrashPlan } from './simulated-process.ts';
import { SimulatedWorld, tenants } from './simulated-world.ts';
import { underTwoIds, wholeContact } from './two-ids.ts';
import type { Witness } from './witness.ts';

export interface SimulationOptions {
  readonly people?: number;
  readonly stepsEach?: number;
  /** In place of crashes by chance. */
  readonly crashes?: CrashPlan;
  /** Whether the platforms take free text at any time, or close their windows; then operators write too, and there are long pauses. */
  readonly windows?: 'open' | 'closing';
  /** `wide`: see Features. */
  readonly world?: WorldKind;
}

/** The pauses before the last try of an event, and some time for it. */
const lastTriesMs = 18 * 3_600_000;

/** What one simulation came to: nothing to object to, or what was wrong. */
export interface Verdict {
  readonly objections: readonly string[];
  readonly crashes: number;
  readonly messages: number;
}

const usually = { world: 'usual', people: 6, stepsEach: 8, windows: 'open', crashes: undefined } as const;

/**
 * Some people write, two at a time under the same address to two bots; webhooks come double, again after a restart and out of order, the platform is busy,
 * refuses, loses answers and tells statuses in any order; the process dies at writes and between them.
 */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Verdict> {
  const clock = new FakeClock();
  const chance = seededRandom(seed);
  const { world: kind, people: count, stepsEach, windows, crashes } = { ...usually, ...options };
  const isClosing = windows === 'closing';
  const features = inventFeatures(chance, kind);
  // What can be said of a whole message says nothing of its parts.
  const talent = features.parts ? 'silent' : ((['silent', 'finds', 'confirms'] as const)[seed % 3] ?? 'silent');
  const platform = new FakePlatform(clock, chance, new Map([['other', talent]]), features.maxLength);
  if (isClosing) closeWindows(platform, chance);
  const writers = { operators: isClosing, humans: features.humans };
  const people = peopleOf(features, chance, inventPeople(chance, count, stepsEach, writers));
  await using store = await openStore({ path: ':memory:', clock, log: silentLog });
  const witness = newWitness(people);
  const parts = features.parts ? new PartLog(clock, chance, platform) : undefined;
  const world = new SimulatedWorld({ store, clock, chance, platform, features, witness, crashes, parts });
  const actors = new Actors({
    world,
    store,
    clock,
    chance,
    platform,
    witness,
    tellsTime: isClosing,
    contactOf: contactsOf(features),
  });
  // The first process finds an empty store: only what it does besides answering begins with this.
  if (kind !== 'usual') await world.takeUp();

  const next = new Map<Person, number>(people.map((person) => [person, 0]));
  for (;;) {
    const busy = people.filter((person) => (next.get(person) ?? 0) < person.steps.length);
    const person = busy[Math.floor(chance.next() * busy.length)];
    if (person === undefined) break;
    await world.restartIfDead();
    if (await endsInBetween(world, chance, features)) continue;
    const at = next.get(person) ?? 0;
    const step = person.steps[at];
    const again = actors.delivered[Math.floor(chance.next() * actors.delivered.length)];
    if (again !== undefined && chance.next() < 0.1) await world.post(again.tenantId, [again.message]);
    else if (step !== undefined && (await actors.take(person, step))) next.set(person, at + 1);
    await clock.advance(Math.floor(chance.next() * 900));
    if (chance.next() < 0.04) world.crash();
    const windowMs = platform.windows.get(person.tenantId)?.windowMs;
    if (windowMs !== undefined && chance.next() < 0.1) await clock.advance(Math.floor(windowMs * 2 * chance.next()));
  }

  await becomeCalm(world, clock);
  if (isClosing) await writeOnceMore();
  const objections = await judgeAll({ witness, platform, store, clock, world, features, isClosing });
  if (parts !== undefined) objections.push(...judgeParts(parts, { witness, platform, store, features }));
  await world.engine.drain(signal);
  return { objections, crashes: world.crashCount, messages: actors.delivered.length };

  /** Half of the people write again, and the platforms' windows stay open for as long as answers take. */
  async function writeOnceMore(): Promise<void> {
    for (const [tenantId, rules] of platform.windows)
      platform.windows.set(tenantId, { ...rules, windowMs: 86_400_000 });
    // A bot does not see at once that its channel has become another.
    world.crash();
    await world.restartIfDead();
    for (const [index, person] of people.entries()) {
      if (chance.next() < 0.5) continue;
      const token = `m${index}.99`;
      const { conversation } = person;
      const contact = contactsOf(features)(conversation);
      const message: InboundMessage = { id: token, conversation, contact, text: `${token}v0` };
      const step: Step = { kind: 'say', tokens: [token], messages: [message] };
      await actors.take(person, step);
    }
    await clock.advance(30 * 60_000);
    await world.tellAll();
    await clock.advance(30 * 60_000);
  }
}

/** What was wrong, from what does not wait to what takes weeks. */
async function judgeAll({
  witness,
  platform,
  store,
  clock,
  world,
  features,
  isClosing,
}: {
  readonly witness: Witness;
  readonly platform: FakePlatform;
  readonly store: Store;
  readonly clock: FakeClock;
  readonly world: SimulatedWorld;
  readonly features: Features;
  readonly isClosing: boolean;
}): Promise<string[]> {
  const objections = [...witness.objections, ...(await judge(witness, platform, store, world.engine))];
  platform.trouble = 'none';
  if (features.events) {
    await clock.advance(lastTriesMs);
    objections.push(...judgeEvents(store, world.receiver));
  }
  objections.push(...(await judgeRetries(platform, store, world, clock, witness)));
  const letPass = (ms: number): Promise<void> => world.letPass(ms);
  if (isClosing) objections.push(...(await judgeWindows(witness, { platform, store, clock, letPass })));
  return objections;
}

/** What is left is done with crashes, and what they leave without. */
async function becomeCalm(world: SimulatedWorld, clock: FakeClock): Promise<void> {
  for (let rest = 0; rest < 3; rest += 1) {
    await world.restartIfDead();
    await clock.advance(30_000);
  }
  world.calmDown();
  await world.restartIfDead();
  await world.takeUp();
  await clock.advance(20 * 60_000);
  await world.tellAll();
}

/** Whether the process was stopped. */
function peopleOf({ aliases }: Features, chance: Random, people: readonly Person[]): readonly Person[] {
  return aliases ? underTwoIds(chance, people) : people;
}

function contactsOf({ aliases }: Features): (conversation: string) => InboundMessage['contact'] {
  return aliases ? wholeContact : (id) => ({ id });
}

async function endsInBetween(world: SimulatedWorld, chance: Random, features: Features): Promise<boolean> {
  if (features.changes) await world.mayChange();
  if (!features.outages) return false;
  world.outages.mayBegin();
  await world.takeUp();
  if (chance.next() > 0.03) return false;
  await world.stop();
  return true;
}

function newWitness(people: readonly Person[]): Witness {
  return {
    people,
    acknowledged: new Map(),
    consents: new Map(),
    told: new Map(),
    failures: new Map(),
    written: new Map(),
    albums: [],
    objections: [],
  };
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

/** What was refused for good arrives once when an operator tries it again; to who has opted out it is not tried. */
async function judgeRetries(
  platform: FakePlatform,
  store: Store,
  { engine }: SimulatedWorld,
  clock: FakeClock,
  witness: Witness,
): Promise<readonly string[]> {
  const objections: string[] = [];
  for (const tenantId of tenants) {
    const hasStopped = [...witness.consents].some(
      ([key, consents]) => key.startsWith(`${tenantId} `) && consents.at(-1)?.kind === 'stop',
    );
    const letters = (await engine.deadLetters(tenantId, { limit: 1000 }, signal)).filter(
      ({ reason }) => reason === 'blocked',
    );
    for (const { id } of letters) {
      await engine.retryDeadLetter(tenantId, id, signal).catch((error: unknown) => {
        if (!(error instanceof PolyphonError && error.code === 'CNV5015')) throw error;
        if (!hasStopped) objections.push(`${id} was not tried again, and nobody has said STOP`);
      });
    }
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
      // The last part of a message may be out of which another failed, or is not known to be out.
      const mayBeOut = outbox.byId(id)?.state === 'uncertain' || isOfFailedPart(outbox.byId(id));
      const most = (dead.has(id) && !mayBeOut ? 0 : 1) + resends;
      if (times < least || times > most) objections.push(`${id}, tried again, arrived ${times} times`);
    }
  }
  return objections;
}
