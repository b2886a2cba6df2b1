/**
 * A bot definition after parsing, merging, checking and resolving: units are numbers, texts are loaded, secrets are values.
 * Never logged and never sent to a client; `polyphon config` prints the masked form instead.
 */
export interface ResolvedBot {
  readonly tenantId: string;
  /** SHA-256 (hex) over everything below; a turn's trace stores it. */
  readonly revision: string;
  readonly name: LocalizedText;
  readonly labels: Readonly<Record<string, string>>;
  /** IANA time zone. */
  readonly timezone: string;
  readonly languages: { readonly default: string; readonly supported: readonly string[]; readonly detect: boolean };
  readonly vars: Readonly<Record<string, unknown>>;
  readonly llm: ModelUse & {
    readonly fallback: readonly ModelUse[];
    readonly deadline: { readonly firstTokenMs: number; readonly totalMs: number };
    readonly budget?: Budget;
  };
  readonly prompts: Prompts;
  readonly voices: Readonly<Record<string, PluginUse & { readonly fallback?: PluginUse }>>;
  readonly knowledge: Readonly<
    Record<string, PluginUse & { readonly refresh?: string; readonly tags?: readonly string[] }>
  >;
  readonly retrieval: PluginUse & {
    readonly embedding: PluginUse;
    readonly cite: boolean;
    readonly onMiss: 'say-unknown' | 'ask-model';
    /** How many passages of one document a question gets while others are as good; rows of a table each count for themselves. */
    readonly perDocument: number;
    /** What all questions are answered from; `same`: what is in the language of the question, or in none. */
    readonly filters?: {
      readonly sources?: readonly string[];
      readonly tags?: readonly string[];
      readonly languages?: 'same' | readonly string[];
    };
    /** Puts the best `candidates` into a better order. */
    readonly rerank?: PluginUse & { readonly candidates: number; readonly timeoutMs: number };
  };
  readonly tools: Readonly<
    Record<string, PluginUse & { readonly allow?: readonly string[]; readonly confirm: 'always' | 'never' }>
  >;
  readonly channels: Readonly<Record<string, ChannelDefinition>>;
  readonly session: {
    readonly idleCloseMs: number;
    readonly coalesceMs: number;
    readonly overlap: 'queue' | 'restart';
    /** How many earlier messages the model sees. */
    readonly history: number;
  };
  readonly hours?: Hours;
  readonly handoff?: {
    readonly inbox: string;
    readonly notify: readonly string[];
    readonly timeoutMs: number;
    readonly onTimeout: 'callback' | 'return';
    /** Signs what is sent to the web addresses in `notify`. */
    readonly secret?: string;
  };
  readonly escalation: readonly EscalationRule[];
  readonly guardrails: {
    readonly disclosure: 'always' | 'first-reply' | 'never';
    readonly refuse: readonly string[];
    readonly pii: {
      /** Kinds of addresses of people that are hidden where a line of the bot's log would name one. */
      readonly redactLogs: readonly ('phone' | 'email')[];
      readonly retentionMs?: number;
    };
  };
  readonly limits: {
    readonly perContact: Rate;
    readonly perTenant: Rate;
    readonly maxTurns: number;
    readonly toolCallsPerTurn: number;
  };
  readonly events: readonly { readonly url: string; readonly secret: string; readonly types: readonly string[] }[];
  /** Test files, relative to the tenant's folder. */
  readonly tests: readonly string[];
  /** Values of all `${secret:}` references, for redaction by value. */
  readonly secretValues: readonly string[];
}

/** Text by BCP 47 primary tag; always holds the bot's default language. Values are LiquidJS templates. */
export type LocalizedText = Readonly<Record<string, string>>;

export interface PluginUse {
  /** The plugin's name. */
  readonly use: string;
  /** Checked against the plugin's schema, defaults filled in, secrets resolved, frozen. */
  readonly with: unknown;
}

export interface ModelUse extends PluginUse {
  readonly price?: ModelPrice;
}

/** What a million tokens cost. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** ISO 4217. */
  readonly currency: string;
}

export interface Prompts {
  readonly system: LocalizedText;
  readonly greeting: LocalizedText;
  readonly unknown: LocalizedText;
  readonly failure: LocalizedText;
  readonly [name: string]: LocalizedText;
}

export interface ChannelDefinition extends PluginUse {
  readonly enabled: boolean;
  readonly override: {
    readonly prompts?: Readonly<Record<string, LocalizedText>>;
    readonly style?: Style;
  };
  readonly voice?: VoiceBehaviour;
  /** When nothing is begun with a person on this channel; answers go out at any time. */
  readonly quietHours?: QuietHours;
}
/** In minutes after local midnight; an end before the start is on the next day. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}
/** Turn-taking of a channel that speaks. */
export interface VoiceBehaviour {
  readonly stt?: PluginUse & { readonly keywords: readonly string[] };
  /** Silence after which a turn counts as over: at the end of a sentence, and in any case. */
  readonly endpointing: { readonly minDelayMs: number; readonly maxDelayMs: number };
  readonly interruption: {
    readonly minDurationMs: number;
    readonly minWords: number;
    readonly ignore: readonly string[];
    readonly always: readonly string[];
  };
  readonly filler?: { readonly afterMs: number; readonly say: LocalizedText };
  /** What happens when the caller is silent, in order. */
  readonly silence: readonly {
    readonly afterMs: number;
    readonly say?: LocalizedText;
    readonly do: 'hangup' | 'handoff' | 'nothing';
  }[];
}
export interface Style {
  readonly maxChars?: number;
  readonly maxSentences?: number;
}

export interface Rate {
  readonly count: number;
  readonly perMs: number;
}
export interface Money {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}
/** Prices and limits of one bot have one currency. */
export interface Budget {
  /** A day of the bot's time zone. */
  readonly perDay?: Money;
  /** From its first message until it ends. */
  readonly perConversation?: Money;
  readonly onExceeded: 'handoff' | 'unknown';
}

export interface Hours {
  /** 0 is Sunday. Intervals in minutes after local midnight. */
  readonly weekly: Readonly<Record<number, readonly (readonly [number, number])[]>>;
  readonly exceptions: readonly {
    readonly from: string;
    readonly to: string;
    readonly open: readonly (readonly [number, number])[];
    readonly note?: string;
  }[];
  readonly whenClosed: { readonly bot: 'on' | 'off'; readonly say?: LocalizedText };
}

export interface EscalationRule {
  readonly when:
    | { readonly kind: 'asks-human' }
    | { readonly kind: 'misses'; readonly count: number }
    | { readonly kind: 'match'; readonly pattern: string };
  readonly say?: LocalizedText;
  readonly do: 'handoff' | 'nothing';
}
