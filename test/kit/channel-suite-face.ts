import type { Plugin } from '../../core/contract/index.ts';

export interface ChannelSuiteOptions<
  ChannelPlugin extends Plugin<'channel'> = Plugin<'channel'>,
  Platform extends ChannelPlatform = ChannelPlatform,
> {
  readonly plugin: ChannelPlugin;
  /** The `with:` block of a tenant that has this platform to itself. */
  config(platform: Platform): unknown;
  readonly fixtures: ChannelFixtures<Platform>;
}

export interface ChannelFixtures<Platform extends ChannelPlatform = ChannelPlatform> {
  /**
   * Starts a fake of the platform, with an account and secrets of its own: no two share any. `address` is where the platform reaches
   * the channel, as in `https://bots.example/v1/acme/chat`, without the route.
   */
  start(address: string): Promise<Platform>;
}

/** What may be absent is proved where it is there; what could not be proved is said in a warning of the process. */
export interface ChannelPlatform extends AsyncDisposable {
  /** `host:port` that the channel may reach. */
  readonly hosts: readonly string[];
  /** The channel reaches it by sockets of its own, not by `http`: then nothing here can cut it off. */
  readonly reachedBy?: 'sockets';
  /** Values that may stand in requests to this platform, and nowhere else. */
  readonly secrets: readonly string[];
  /** The signed requests by which the platform tells of these messages, in order. Called again, the platform tells them again. */
  webhook(messages: readonly SuiteMessage[]): Promise<readonly SuiteRequest[]>;
  /**
   * Puts these messages where the channel's `listen` finds them; told again, they are there again. For a channel that is never called:
   * `webhook`, `forged` and `unknown` then give nothing, and are not asked.
   */
  tell?(messages: readonly SuiteMessage[]): Promise<void>;
  /** The same request with the signature missing, cut, made with another secret, and so on: one each. */
  forged(request: SuiteRequest): readonly SuiteRequest[];
  /** Signed requests of kinds that the channel does not know, and damaged ones. */
  unknown(): readonly SuiteRequest[];
  /**
   * Signed requests for messages of people that the channel cannot read, one each: of a kind it does not know, as a story. Absent where
   * the platform has no such kinds.
   */
  unreadable?(): readonly SuiteRequest[];
  /** What people see, in order. */
  readonly sent: readonly SuiteSent[];
  /** How often something was to be sent, also where it was refused. */
  readonly attempts: number;
  /** What the next attempt to send meets. */
  meet(fault: SuiteFault): void;
  /** How long the platform asks to wait when it is met with `busy`; of a `retry-after` that is a date a second less. */
  readonly busyForMs?: number;
  /**
   * The signed requests by which the platform tells that the person has pressed a button, by the number of the message in `sent` and that
   * of the button in its `buttons`.
   */
  press?(message: number, button: number): Promise<readonly SuiteRequest[]>;
  /** A message with a file, of these bytes where some are given; absent where the channel takes none. */
  file?(bytes?: Uint8Array): Promise<SuiteFile>;
  /** A message with a file that the platform no longer has. */
  goneFile?(): Promise<Pick<SuiteFile, 'requests'>>;
  /** A message with a file that is larger than the channel fetches; it says so only when it is fetched. */
  largeFile?(): Promise<Pick<SuiteFile, 'requests'>>;
}

export interface SuiteFile {
  readonly requests: readonly SuiteRequest[];
  readonly bytes: Uint8Array;
}

export interface SuiteMessage {
  /** The platform's id is made of it: the same number is the same message. */
  readonly number: number;
  /** Which person: the same number is the same person. */
  readonly person: number;
  readonly text: string;
}

export interface SuiteRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** As in `webhook`. */
  readonly route: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface SuiteSent {
  /** Who sees it, by the same number as in `SuiteMessage`. */
  readonly person: number;
  readonly text: string;
  /** Files, places and visiting cards. */
  readonly media: number;
  /** Words on buttons, or entries of a list. */
  readonly buttons: readonly string[];
  /** Where buttons lead, where they lead anywhere. */
  readonly links?: readonly string[];
}

export type SuiteFault =
  /** The platform asks to wait. */
  | 'busy'
  /** The platform fails with 500. */
  | 'failing'
  /** The message is taken, and the answer never arrives. */
  | 'lost'
  /** The platform refuses this person for good. */
  | 'refused';

export interface ChannelCheck {
  readonly name: string;
  /** Rejects with a `ChannelSuiteFailure` where the channel does not keep the promise. */
  run(): Promise<void>;
}

/** A check with what it is about; `channelSuite` gives it its options. */
export interface SuiteCheck {
  readonly name: string;
  check(run: SuiteRun): Promise<void>;
}

/** One run of one check. */
export interface SuiteRun extends ChannelSuiteOptions {
  /** Addresses that `http` refused to go to (NET6001), as `host:port`. */
  readonly refused: Set<string>;
  /** Says what the fixtures lack, and what is therefore not proved. */
  unproved(what: string): void;
}

export class ChannelSuiteFailure extends Error {
  override readonly name = 'ChannelSuiteFailure';
}

/**
 * @param cause What the channel threw, if it did: its stack says where to look.
 * @throws ChannelSuiteFailure unless the condition holds.
 */
export function expectThat(condition: boolean, expected: string, cause?: unknown): asserts condition {
  if (!condition) throw new ChannelSuiteFailure(expected, cause === undefined ? {} : { cause });
}
