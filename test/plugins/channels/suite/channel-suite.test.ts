import { describe, expect, it } from 'vitest';
import { ChannelSuiteFailure, channelSuite } from '../../../kit/index.ts';
import { type Misshape, misshapenChannel } from './misshapen-channel.ts';
import { type Parting, partingChannel } from './parting-channel.ts';
import { type Mistake, sampleChannel } from './sample-channel.ts';
import { startSamplePlatform } from './sample-platform.ts';
import { type Spoilt, spoiltChannel } from './spoilt-channel.ts';

function suiteOf(plugin: ReturnType<typeof sampleChannel>) {
  return channelSuite({
    plugin,
    config: ({ baseUrl, token, signingKey }) => ({ baseUrl, token, signingKey }),
    fixtures: { start: startSamplePlatform },
  });
}

/** The checks that the channel fails, and what each says. */
async function failuresOf(mistake: Mistake | ReturnType<typeof sampleChannel>): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { name, run } of suiteOf(typeof mistake === 'string' ? sampleChannel(mistake) : mistake)) {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof ChannelSuiteFailure)) throw error;
      failures.push(`${name.split(':')[0]} – ${error.message}`);
    }
  }
  return failures;
}

describe('the channel suite', () => {
  for (const { name, run } of suiteOf(sampleChannel())) it(`passes a sound channel: ${name}`, run);

  it('names what a route has left out', async () => {
    const [failure] = await failuresOf('ignores without a response');
    expect(failure).toContain('unknown events – The route POST webhook gives `ignored` with a `response`');
  });

  it.each([
    ['takes what is not signed', 'signature – Request 1'],
    ['takes the request for the message', 'duplicates – A message that the platform tells again'],
    ['turns the order round', 'ordering – Messages come in'],
    ['throws at what it does not know', 'unknown events – Unknown or damaged request 1'],
    ['drops what it cannot read', 'unreadable – Unreadable message 1 is reported'],
    [
      'makes words of what it cannot read',
      'unreadable – Unreadable message 1 has one attachment of kind “unsupported”',
    ],
    ['fetches files from anywhere', 'media – A file that is said to be somewhere else'],
    ['claims too long texts', 'limits – A text of maxLength (5000)'],
    [
      'claims room beside buttons that there is not',
      'limits – A text of maxLengthWithActions (800) beside buttons (1)',
    ],
    ['does not say that buttons leave less room', 'limits – A text of maxLength (1000) beside buttons (1)'],
    ['claims buttons that it drops', 'capabilities – Claimed in capabilities.buttons'],
    ['tries again by itself', 'one attempt – A send that meets “busy” asks the platform once, not 2 times'],
    ['takes what never left for uncertain', 'unreachable – Where the connection is refused, nothing was sent'],
    ['gives up what never left', 'unreachable – Where the connection is refused, nothing was sent'],
    ['leaves a timer running', 'start and stop – Nothing is left behind'],
    ['logs its token', 'secrets – No secret stands in the log'],
    ['shares its account between tenants', 'isolation –'],
    ['refuses a request that it has seen', 'replay – A replayed request is acknowledged like the first'],
    ['takes what is signed by half', 'signature – Request 3'],
    ['asks before it knows who asks', 'signature – A request with a wrong signature makes the channel ask nobody'],
    [
      'drops the words of a person',
      'ordering – Messages come in in the order in which the platform tells them, each with its text',
    ],
    ['mixes people up', 'duplicates – Another person is another conversation'],
    ['gives the bytes of files as text', 'media – The bytes of a file arrive as they are'],
    ['cuts long texts', 'limits – A text that is longer than maxLength is refused or arrives whole'],
    ['throws at an empty message', 'limits – A message with nothing in it is refused and throws nothing'],
    ['claims files that it drops', 'capabilities – Claimed in capabilities.media: image'],
    ['claims a window that it does not know', 'capabilities – A channel with a reply window says with outsideWindow'],
    ['claims consent that it does not hear', 'capabilities – Claimed in capabilities.consent'],
    ['says nothing of waiting', 'one attempt – A platform that asks to wait is `rejected` with retryAfterMs'],
    ['calls a lost answer a refusal', 'one attempt – A message whose answer was lost is `uncertain`'],
    ['finds nothing that it sent', 'one attempt – A message whose answer was lost is found'],
    ['finds what it never sent', 'one attempt – A message that was never sent is not found'],
    ['would try a refusal again', 'one attempt – A refusal for good'],
    ['listens to the process', 'start and stop – Nothing is left behind'],
    ['does not stop listening', 'start and stop – Listening ends within 3 s'],
    ['logs what people say', 'secrets – What people say is logged under'],
    ['shows its token in a reason', 'secrets – No secret stands in an answer'],
  ] as const)('finds a channel that %s, and nothing else in it', async (mistake, expected) => {
    const failures = await failuresOf(mistake);
    expect(failures, failures.join('\n')).toHaveLength(1);
    expect(failures[0]).toContain(expected);
  });

  it.each([
    ['numbers its messages', "duplicates – A message has the platform's own `id`"],
    ['forgets who wrote', 'duplicates – A message has a `contact` with an `id`'],
    ['writes to one person only', 'recipients – What is sent to person 2 while others are written to'],
    ['gives no id of what was delivered', 'one attempt – `delivered` has the `providerMessageId`'],
    ['gives no reason', 'one attempt – `rejected` has a `reason`'],
    ['reckons with a date', 'one attempt – `retryAfterMs` is a number of milliseconds or left out, not NaN'],
    ['tells what was said in a reason', 'secrets – What is said to people stands in no reason'],
    ['leaves a timer with each message', 'start and stop – Nothing is left behind'],
    ['logs the request that failed', 'one stands in the fields of the line “a send failed”'],
    ['shows its token with its address', 'one stands in `registration.set`'],
    ['does not say what a file is', 'media – `fetchMedia` gives { bytes, mediaType }'],
    [
      'throws while it shows that it writes',
      'capabilities – `typing` shows that the bot is writing; it threw “Error: no such',
    ],
    ['has no length', 'capabilities – capabilities.text.maxLength'],
  ] as const satisfies readonly (readonly [Misshape, string])[])(
    'finds a channel that %s, and nothing else in it',
    async (misshape, expected) => {
      const failures = await failuresOf(misshapenChannel(misshape));
      expect(failures, failures.join('\n')).toHaveLength(1);
      expect(failures[0]).toContain(expected);
    },
  );

  it.each([
    ['expects no answer', 'words – A plain text has no `reply`'],
    ['expects no answer to buttons', 'buttons – A pressed button is answered'],
    [
      'compares the beginning of a signature',
      'signature – A request with another character in the middle of x-signature is refused',
    ],
    ['tells the right signature', 'is refused without a word of the right one'],
    ['takes each message for an edit', 'words – A plain text has no `edits`'],
    ['hears STOP everywhere', 'words – A plain text has no `consent`'],
    ['sees a crowd in each person', 'words – A plain text has no `audience`'],
    ['takes all people for one', 'words – Another person has another `contact.id`'],
    ['takes the message for its writer', 'words – The same person keeps `contact.id`'],
    ['lowers what is written', 'words – A text comes in as it was written: from character 0 on "Zwölf'],
    ['cuts what is written', 'words – A text comes in as it was written: from character 390 on'],
    ['reads one line', 'words – A text comes in as it was written'],
    ['reads bytes for letters', 'words – A text comes in as it was written'],
    ['unescapes what is written', 'words – A text comes in as it was written'],
    ['counts in seconds', 'words – `sentAt` is in milliseconds since the epoch; 1795000000 looks like seconds'],
    ['tells of what it never sent', 'words – A text tells nothing of messages that were sent'],
    [
      'shows its key where it refuses',
      'secrets – No secret stands in an answer, a reason or an error; one stands in the answer',
    ],
    ['prints its token', 'secrets – No secret is written to the console'],
    ['writes its token to stderr', 'secrets – No secret is written to the console'],
    ['goes round its way out', 'one attempt – What is sent goes out by `context.http`'],
    ['waits a second whatever is asked', 'one attempt – `retryAfterMs` is what the platform asks for (2000 ms'],
    ['takes seconds for milliseconds', 'one attempt – `retryAfterMs` is what the platform asks for (2000 ms'],
    ['waits for ever', 'and not more than 80000 ms; it was 1000000000000000'],
    ['takes a refused token for a delivery', 'one attempt – A message whose token the platform refuses (401)'],
    ['is deaf while it sends', 'abort – `send` ends within 1 s when its signal aborts'],
    ['is deaf while it fetches', 'abort – `fetchMedia` ends within 1 s when its signal aborts'],
    ['is deaf while it shows that it writes', 'abort – `typing` ends within 1 s when its signal aborts'],
    ['leaves answers unread', 'a body of `http.fetch` that is neither read nor cancelled keeps its deadline'],
    [
      'fails at a gone file as at any other',
      'media – A file that the platform no longer has fails with a PolyphonError',
    ],
    ['takes files of any size', 'media – A file that is too large fails with NET6003'],
    ['keeps files for everybody', 'isolation – The bytes of a file are those of the tenant who asks'],
    ['shows that it writes in another name', "isolation – A tenant's requests carry none of another tenant's secrets"],
    ['cuts within families', 'limits – A text of maxLength (1000) that is all families'],
    ['drops flags', 'capabilities – A text of capabilities.text.format (plain) is seen as it was written'],
    ['escapes what it sends', 'capabilities – A text of capabilities.text.format (plain) is seen as it was written'],
    ['sends one line', 'capabilities – A text of capabilities.text.format (plain) is seen as it was written'],
    ['sends files without their words', 'capabilities – The text beside an attachment (image) is seen'],
    ['sends the first file only', 'capabilities – Of two attachments of one message (image) both are seen; 1 were'],
    ['cuts labels anywhere', 'buttons – A long label is shown, cut between two signs'],
    ['forgets what buttons mean', 'buttons – A pressed button comes back with the `id` of its action, “a1”'],
    ['is deaf for buttons', 'buttons – A pressed button becomes one message'],
    ['drops links', 'buttons – A button that leads somewhere is seen'],
    ['drops buttons beside long texts', 'limits – Buttons are seen beside a long text (500) as beside a short one'],
    ['leads nowhere', 'buttons – A button with a `url` leads there; those that were seen lead to: nowhere'],
  ] as const satisfies readonly (readonly [Spoilt, string])[])(
    'finds a channel that %s, and nothing else in it',
    async (spoilt, expected) => {
      const failures = await failuresOf(spoiltChannel(spoilt));
      expect(failures, failures.join('\n')).toHaveLength(1);
      expect(failures[0]).toContain(expected);
    },
  );

  for (const { name, run } of suiteOf(partingChannel('goes on where it was'))) {
    it(`passes a sound channel that sends files one by one: ${name}`, run);
  }

  it.each([
    ['keeps what is no text', 'parts – What is given to `keep` is a text of at most 4000 characters'],
    ['begins anew', 'parts – A message with the `progress` that was kept behind its first part goes on there'],
    ['leaves the rest out', 'of 2 that were seen at first 0 were seen again'],
    ['goes on when nobody wants more', 'parts – Of a message whose person opts out while it goes out'],
    ['throws at what it cannot read', 'parts – `send` says what is known and throws nothing'],
    [
      'takes anything for the last part',
      'parts – A message with a `progress` that says nothing to the channel goes out',
    ],
  ] as const satisfies readonly (readonly [Parting, string])[])(
    'finds a channel that sends files one by one and %s, and nothing else in it',
    async (parting, expected) => {
      const failures = await failuresOf(partingChannel(parting));
      expect(failures, failures.join('\n')).toHaveLength(1);
      expect(failures[0]).toContain(expected);
    },
  );

  it('says that a message belongs to no conversation', async () => {
    const [failure] = await failuresOf(misshapenChannel('names no conversation'));
    expect(failure).toContain('duplicates – A message has a `conversation`');
  });

  it('says of a result that is none what it should be, in each check that sends', async () => {
    const failures = await failuresOf(misshapenChannel('says nothing of what became of it'));
    expect(failures.length).toBeGreaterThan(1);
    for (const failure of failures) expect(failure).toContain("`send` gives a `status` of 'delivered', 'rejected'");
  });

  it('tells with each check what a channel threw, and has the error with its stack', async () => {
    const failures = await failuresOf(misshapenChannel('fails where it makes its answer'));
    expect(failures.length).toBeGreaterThan(1);
    for (const failure of failures) expect(failure).toContain('threw “receipts.first is not a function”');
    const [check] = suiteOf(misshapenChannel('fails where it makes its answer'));
    await expect(check?.run()).rejects.toMatchObject({ cause: expect.any(TypeError) });
  });

  it("refuses settings that the plugin's own schema would, and fills in its defaults", async () => {
    const { schema } = sampleChannel();
    const opened: unknown[] = [];
    const strict = (properties: object) => ({
      ...sampleChannel(),
      schema: { ...schema, properties: { ...schema.properties, ...properties } } as typeof schema,
      open: async (context: Parameters<ReturnType<typeof sampleChannel>['open']>[0]) => {
        opened.push(context.config);
        return sampleChannel().open(context);
      },
    });
    const [refused] = suiteOf(strict({ token: { type: 'string', maxLength: 3 } }));
    await expect(refused?.run()).rejects.toThrow('/token fails `maxLength` {"limit":3}');
    const [filled] = suiteOf(strict({ language: { type: 'string', default: 'en' } }));
    await filled?.run();
    expect(opened).toMatchObject([{ language: 'en' }]);
  });

  it('finds ids that are made while reading both in a replay and in duplicates', async () => {
    const failures = await failuresOf('numbers what it reads');
    expect(failures.map((failure) => failure.split(' – ')[0])).toEqual(['replay', 'duplicates']);
  });

  it('names each check once', () => {
    const names = suiteOf(sampleChannel()).map(({ name }) => name.split(':')[0]);
    expect(names).toEqual([
      'signature',
      'replay',
      'duplicates',
      'words',
      'ordering',
      'unknown events',
      'unreadable',
      'media',
      'recipients',
      'limits',
      'capabilities',
      'parts',
      'buttons',
      'one attempt',
      'unreachable',
      'abort',
      'start and stop',
      'secrets',
      'isolation',
    ]);
  });
});
