import type { InboundMessage, Random } from '../../../../core/contract/index.ts';

/** What one person does next. The parts of an album come in any order. */
export type Step =
  | { readonly kind: 'say'; readonly tokens: readonly string[]; readonly messages: readonly InboundMessage[] }
  | { readonly kind: 'edit'; readonly token: string; readonly messages: readonly InboundMessage[] }
  | { readonly kind: 'stop' | 'start'; readonly messages: readonly InboundMessage[] }
  /** An operator writes, or sends a template. */
  | { readonly kind: 'operator'; readonly token: string; readonly template: boolean; readonly messages: readonly [] }
  /** An operator answers who has asked for a human, or gives the conversation back. */
  | { readonly kind: 'desk'; readonly do: 'say' | 'return'; readonly token: string; readonly messages: readonly [] };

/** Who writes, and where. The same conversations exist at two tenants. */
export interface Person {
  readonly tenantId: string;
  readonly conversation: string;
  readonly steps: readonly Step[];
}

/** Operators write in between, and people ask for a human, where the world has them. */
export function inventPeople(
  chance: Random,
  count: number,
  stepsEach: number,
  world: { readonly operators: boolean; readonly humans: boolean },
): readonly Person[] {
  return Array.from({ length: count }, (_, index) => {
    const conversation = `+49${Math.floor(index / 2)}`;
    const own = invent(chance, index, conversation, stepsEach);
    const operated = world.operators ? own.flatMap((step, at) => [step, ...operators(chance, `o${index}.${at}`)]) : own;
    const steps = world.humans ? withHumans(chance, operated, { index, conversation }) : operated;
    return { tenantId: index % 2 === 0 ? 'acme' : 'other', conversation, steps };
  });
}

/** Now and then somebody asks for a human. One comes or not, and says something between what follows. */
function withHumans(
  chance: Random,
  steps: readonly Step[],
  { index, conversation }: { readonly index: number; readonly conversation: string },
): readonly Step[] {
  const all: Step[] = [];
  const pending: Step[] = [];
  for (const [at, step] of steps.entries()) {
    all.push(step);
    const due = chance.next() < 0.5 ? pending.shift() : undefined;
    if (due !== undefined) all.push(due);
    if (pending.length > 0 || chance.next() > 0.15) continue;
    const token = `m${index}.${50 + at}`;
    const text = `${token}v0 I want to talk to a human`;
    all.push({
      kind: 'say',
      tokens: [token],
      messages: [{ id: token, conversation, contact: { id: conversation }, text }],
    });
    if (chance.next() < 0.3) continue;
    for (let said = 0; said < 1 + Math.floor(chance.next() * 2); said += 1)
      pending.push({ kind: 'desk', do: 'say', token: `d${index}.${at}.${said}`, messages: [] });
    pending.push({ kind: 'desk', do: 'return', token: '', messages: [] });
  }
  return [...all, ...pending];
}

/** Nobody, or one who writes up to three messages, now and then with a template. */
function operators(chance: Random, token: string): readonly Step[] {
  if (chance.next() > 0.2) return [];
  return Array.from({ length: 1 + Math.floor(chance.next() * 3) }, (_, index): Step => {
    return { kind: 'operator', token: `${token}.${index}`, template: chance.next() < 0.2, messages: [] };
  });
}

function invent(chance: Random, person: number, conversation: string, count: number): readonly Step[] {
  const steps: Step[] = [];
  const versions = new Map<string, number>();
  let isOut = false;
  const message = (id: string, more: Partial<InboundMessage>): InboundMessage => ({
    id,
    conversation,
    contact: { id: conversation },
    ...more,
  });
  for (let number = 0; number < count; number += 1) {
    const luck = chance.next();
    const token = `m${person}.${number}`;
    const said = [...versions.keys()];
    if (luck < 0.1) {
      const group = `g${person}.${number}`;
      const tokens = ['a', 'b', 'c'].slice(0, 2 + Math.floor(chance.next() * 2)).map((part) => `${token}${part}`);
      const messages = tokens.map((part) => message(part, { text: `${part}v0`, group }));
      steps.push({ kind: 'say', tokens, messages: chance.next() < 0.5 ? messages : messages.toReversed() });
    } else if (luck < 0.25 && said.length > 0) {
      const edited = said[Math.floor(chance.next() * said.length)] ?? token;
      const version = (versions.get(edited) ?? 0) + 1;
      versions.set(edited, version);
      const id = `${edited}:edit:${version}`;
      steps.push({
        kind: 'edit',
        token: edited,
        messages: [message(id, { text: `${edited}v${version}`, edits: edited })],
      });
    } else if (luck < 0.29 || isOut) {
      isOut = !isOut;
      const kind = isOut ? 'stop' : 'start';
      steps.push({ kind, messages: [message(`${kind} ${token}`, { text: kind, consent: kind })] });
    } else {
      versions.set(token, 0);
      steps.push({ kind: 'say', tokens: [token], messages: [message(token, { text: `${token}v0` })] });
    }
  }
  return steps;
}
