import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { fakeTwilioSid, startFakeTwilio, startFakeWhatsapp } from '../kit/index.ts';
import { type Deployment, deploy } from '../whole/deployment.ts';
import type { Bench, Figure } from './measure.ts';
import { installEcho } from './messenger-bots.ts';

/** A platform with a log of what people got, which judges. */
interface Messenger extends AsyncDisposable {
  /** The channel's block in the definition. */
  readonly channel: string;
  readonly secrets: string;
  readonly hosts: readonly string[];
  /** Delivers the message with this number once. The status. */
  deliver(deployment: Deployment, number: number): Promise<number>;
  /** Words of all that was sent. */
  texts(): readonly string[];
}

const people = 500;
const mostTimes = 5;
const atOnce = 32;
const quietMs = 5_000;
const publicOrigin = 'https://bots.example';

/**
 * Each message of WhatsApp and of Twilio delivered one to five times, concurrently and in any order, and all of them once more to the
 * process that comes after. Telegram's are in `webhooks`.
 */
export const bench: Bench = {
  name: 'deliveries',
  run: async ([deliveries = '5000'] = []) => {
    const figures: Figure[] = [];
    for (const [name, open] of [
      ['WhatsApp', openWhatsapp],
      ['Twilio', openTwilio],
    ] as const) {
      await using messenger = await open();
      figures.push(...(await repeated(name, messenger, Number(deliveries))));
    }
    return figures;
  },
};

async function repeated(name: string, messenger: Messenger, wanted: number): Promise<readonly Figure[]> {
  const count = Math.ceil(wanted / (1 + (1 + mostTimes) / 2));
  const numbers = Array.from({ length: count }, (_, index) => index);
  const copies = numbers.flatMap((number) =>
    Array.from({ length: 1 + Math.floor(Math.random() * mostTimes) }, () => number),
  );
  const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-deliveries-'));
  const statuses: number[] = [];
  try {
    {
      await using deployment = await serve(messenger, dataDirectory);
      await deliverAll(messenger, deployment, copies, statuses);
      await calm(messenger);
    }
    {
      await using deployment = await serve(messenger, dataDirectory);
      await deliverAll(messenger, deployment, numbers, statuses);
      await calm(messenger);
    }
    const answered = new Map<string, number>();
    for (const text of messenger.texts()) {
      const token = /m\d+/.exec(text)?.[0] ?? text;
      answered.set(token, (answered.get(token) ?? 0) + 1);
    }
    const of = (what: string): string => `${name}, 1 to ${mostTimes} times, again after a restart: ${what}`;
    const none = { op: '<=', value: 0 } as const;
    return [
      { what: of('deliveries'), value: statuses.length, unit: '' },
      { what: of('without a 2xx'), value: statuses.filter((status) => status !== 200).length, unit: '', goal: none },
      {
        what: of('not answered'),
        value: numbers.filter((number) => !answered.has(`m${number}`)).length,
        unit: '',
        goal: none,
      },
      {
        what: of('answered twice'),
        value: [...answered.values()].filter((times) => times > 1).length,
        unit: '',
        goal: none,
      },
      { what: of('turns beyond one each'), value: turnsIn(dataDirectory) - count, unit: '', goal: none },
    ];
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

async function serve({ channel, secrets, hosts }: Messenger, dataDirectory: string): Promise<Deployment> {
  return await deploy({
    files: {
      'shop/bot.yaml': `polyphon: 1
name: Shop
languages: { default: en, supported: [en], detect: false }
prompts: { greeting: "" }
llm: { use: echo }
channels:
  messenger:
${channel}
session: { coalesce: 0ms }
limits: { perContact: 1000000/min, perTenant: 10000000/min, maxTurns: 100000 }
guardrails: { disclosure: never }
escalation: []
`,
      'shop/.secrets.yaml': secrets,
    },
    settings: `polyphon: 1
server: { publicOrigin: "${publicOrigin}" }
plugins: [polyphon-echo]
http: { allowPrivate: [${hosts.map((host) => `"${host}"`).join(', ')}] }
`,
    logLevel: 'info',
    prepare: (directory) => installEcho(directory),
    dataDirectory,
  });
}

async function deliverAll(
  messenger: Messenger,
  deployment: Deployment,
  numbers: readonly number[],
  statuses: number[],
): Promise<void> {
  const shuffled = numbers
    .map((number) => ({ number, order: Math.random() }))
    .toSorted((one, other) => one.order - other.order);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let taken = shuffled[next++]; taken !== undefined; taken = shuffled[next++]) {
      statuses.push(await messenger.deliver(deployment, taken.number));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Waits until nothing more arrives. */
async function calm(messenger: Messenger): Promise<void> {
  for (let before = -1; before !== messenger.texts().length; ) {
    before = messenger.texts().length;
    await sleep(quietMs);
  }
}

function turnsIn(dataDirectory: string): number {
  const sqlite = new BetterSqlite3(join(dataDirectory, 'polyphon.db'), { readonly: true });
  try {
    return (sqlite.prepare('select count(*) as count from turns').get() as { count: number }).count;
  } finally {
    sqlite.close();
  }
}

async function openWhatsapp(): Promise<Messenger> {
  const meta = await startFakeWhatsapp({ pairBurst: Number.MAX_SAFE_INTEGER });
  const from = (number: number) => ({ phone: `1650${String(5_550_000 + (number % people))}` });
  return {
    hosts: [new URL(meta.baseUrl).host],
    channel: `    use: whatsapp
    with: { phoneNumberId: "${meta.phoneNumberId}", accessToken: "\${secret:token}", appSecret: "\${secret:app}", verifyToken: "\${secret:verify}", baseUrl: "${meta.baseUrl}" }`,
    secrets: `token: "${meta.accessToken}"\napp: "${meta.appSecret}"\nverify: "${meta.verifyToken}"\n`,
    deliver: async ({ port }, number) => {
      const content = { type: 'text', text: { body: `m${number}` } };
      const message = { from: from(number), id: `wamid.number${number}`, at: meta.now(), content };
      const [answer] = await meta.deliver(`http://127.0.0.1:${port}/v1/shop/messenger`, { messages: [message] });
      await answer?.arrayBuffer();
      return answer?.status ?? 0;
    },
    texts: () => meta.sent.map(({ text }) => text),
    [Symbol.asyncDispose]: () => meta[Symbol.asyncDispose](),
  };
}

async function openTwilio(): Promise<Messenger> {
  const twilio = await startFakeTwilio();
  return {
    hosts: twilio.hosts,
    channel: `    use: twilio-messaging
    with: { accountSid: "\${secret:sid}", authToken: "\${secret:token}", from: "+4930111222", baseUrl: "${twilio.baseUrl}" }`,
    secrets: `sid: "${twilio.accountSid}"\ntoken: "${twilio.authToken}"\n`,
    deliver: async ({ port }, number) => {
      twilio.reach(publicOrigin, `http://127.0.0.1:${port}`);
      const [answer] = await twilio.receive({
        url: `${publicOrigin}/v1/shop/messenger/webhook`,
        sid: fakeTwilioSid('SM', `number ${number}`),
        from: `+4917${String(10_000_000 + (number % people))}`,
        to: '+4930111222',
        body: `m${number}`,
      });
      return answer?.status ?? 0;
    },
    texts: () => twilio.sent.map(({ body }) => body),
    [Symbol.asyncDispose]: () => twilio[Symbol.asyncDispose](),
  };
}
