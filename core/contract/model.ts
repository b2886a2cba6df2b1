import type { Passage } from './retrieval.ts';

/** A language model. LangChain providers are wrapped by one small plugin each. */
export interface Model {
  /** Names the provider and model in traces and usage, as in `openai:gpt-4.1-mini`. */
  readonly id: string;
  readonly capabilities: {
    readonly tools: 'native' | 'none';
    /** Absent: it sees no pictures, and they are named to it in the text only. */
    readonly images?: {
      /** How many at most in one request. */
      readonly most: number;
      /** Of all of them together. */
      readonly maxBytes: number;
    };
  };
  /**
   * Streams one answer. The text may carry marks (see ModelRequest.system): `[1]` cites passage 1, `[unknown]` says that the
   * passages do not answer. The kernel turns marks into citations and takes them out of what people see.
   * Ends with exactly one `done`. @throws PolyphonError MDL5xxx; nothing is retried inside.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /**
   * The text to search the knowledge with, where the last message alone would not find its topic ("And how long does that
   * take?"). Several where it is not sure that the message continues what was said: all are searched, up to three, and the best
   * passages of all are given. Absent: the last message as it stands. Synchronous and cheap; never throws.
   */
  rewriteQuery?(messages: readonly ModelMessage[], language: string): string | readonly string[];
}

export interface ModelRequest {
  /** The bot's instructions, the passages as a numbered list, and the rules of the marks. All an LLM needs. */
  readonly system: string;
  /** Oldest first; the last one is the contact's. */
  readonly messages: readonly ModelMessage[];
  /** The same passages as data, best first; `[1]` is the first. Empty when nothing relevant was found. */
  readonly passages: readonly Passage[];
  readonly tools: readonly ToolDescription[];
  /** BCP 47 primary tag in which to answer. */
  readonly language: string;
  /** Prepared texts in that language, for models that compose nothing of their own. */
  readonly texts: {
    readonly greeting: string;
    readonly unknown: string;
    /** Asks for words. Only where the contact sent nothing but files of which this model was given none, as a voice note. */
    readonly unreadable?: string;
  };
  /**
   * `whole`: nobody sees the answer before it is complete, so a service may be asked for it in one piece, which costs less. Absent:
   * `streamed`.
   */
  readonly delivery?: 'streamed' | 'whole';
}

export type ModelMessage =
  | {
      readonly role: 'contact' | 'operator';
      /** Where several people write it begins with the name of who did; what it quotes stands above it, behind `>`. */
      readonly text: string;
      /** The person's own words alone, where `text` holds more than those and what came with them; empty where they sent only files. */
      readonly words?: string;
      /** Only for a model that sees them, and only in the messages that it answers. */
      readonly images?: readonly ModelImage[];
    }
  | { readonly role: 'bot'; readonly text: string; readonly toolCalls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly callId: string; readonly name: string; readonly result: string };

/** A still picture that the contact sent. The type is that of its bytes, whatever the platform says. */
export interface ModelImage {
  readonly mediaType: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif';
  readonly bytes: Uint8Array;
}

export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: object;
}
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  /** Only complete calls whose arguments parsed as JSON. */
  | { readonly type: 'tool-call'; readonly call: ToolCall }
  | {
      readonly type: 'done';
      readonly finish: 'stop' | 'length' | 'tool-calls' | 'refused';
      readonly usage: ModelUsage;
    };

export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ModelGrants {
  /**
   * Words that people and documents use for one thing, by primary language tag; a class is words between spaces, in lower case. The
   * search knows the same ones.
   */
  readonly wordClasses: Readonly<Record<string, readonly string[]>>;
}
