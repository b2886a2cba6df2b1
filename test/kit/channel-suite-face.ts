import type { Plugin } from '../../core/contract/index.ts';

export interface ChannelSuiteOptions<ChannelPlugin extends Plugin<'channel'> = Plugin<'channel'>> {
  readonly plugin: ChannelPlugin;
  /** The `with:` block of a tenant that has this platform to itself. */
  config(platform: ChannelPlatform): unknown;
  readonly fixtures: ChannelFixtures;
}

export interface ChannelFixtures {
  /**
   * Starts a fake of the platform, with an account and secrets of its own: no two share any. `address` is where the platform reaches
   * the channel, as in `https://bots.example/v1/acme/chat`, without the route.
   */
  start(address: string): Promise<ChannelPlatform>;
}

export interface ChannelPlatform extends AsyncDisposable {
  /** `host:port` that the channel may reach. */
  readonly hosts: readonly string[];
  /** Values that may stand in requests to this platform, and nowhere else. */
  readonly secrets: readonly string[];
  /** The signed requests by which the platform tells of these messages, in order. Called again, the platform tells them again. */
  webhook(messages: readonly SuiteMessage[]): Promise<readonly SuiteRequest[]>;
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
  /** A message with a file; absent where the channel takes none. */
  file?(): Promise<{ readonly requests: readonly SuiteRequest[]; readonly bytes: Uint8Array }>;
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
  check(options: ChannelSuiteOptions): Promise<void>;
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
