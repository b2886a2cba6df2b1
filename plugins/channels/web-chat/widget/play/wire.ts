/** `GET /play/api/bots`, as far as the playground reads it. */
export interface BotSummary {
  readonly tenantId: string;
  readonly name: Readonly<Record<string, string>>;
  readonly state: 'serving' | 'failed';
  /** Undefined when the bot never served. */
  readonly revision: string | undefined;
  readonly channels: readonly {
    readonly key: string;
    readonly use: string;
    readonly enabled: boolean;
    /** Set while it fetches by itself and cannot. */
    readonly failure?: { readonly code: string; readonly detail: string };
  }[];
  readonly languages: { readonly default: string; readonly supported: readonly string[] };
  readonly model: string;
  readonly chunks: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Documents that the last reading could not read. */
  readonly unread?: readonly Unread[];
}

export interface Unread {
  /** The key in `knowledge:`. */
  readonly source: string;
  readonly document: string;
  readonly code: string;
  readonly message: string;
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly summary: string;
  /** What to do. */
  readonly detail: string;
  readonly file: string;
  readonly range: { readonly start: { readonly line: number; readonly column: number } };
  readonly suggestion?: string;
}

/** `event: reload` of `GET /play/api/events`. */
export interface ReloadReport {
  readonly tenantId: string;
  readonly outcome: 'swapped' | 'unchanged' | 'rejected' | 'added' | 'removed' | 'documents';
  readonly revision: string | undefined;
  readonly changes: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly elapsedMs: number;
}

export async function fetchBots(signal: AbortSignal): Promise<readonly BotSummary[]> {
  const response = await fetch('/play/api/bots', { headers: { accept: 'application/json' }, signal });
  const body = (await response.json()) as { readonly bots?: readonly BotSummary[]; readonly detail?: string };
  if (!response.ok || !body.bots) throw new Error(body.detail ?? `The server answered ${response.status}.`);
  return body.bots;
}

export function botName(bot: BotSummary): string {
  return bot.name[bot.languages.default] ?? Object.values(bot.name)[0] ?? bot.tenantId;
}

/** The channel that the chat in the middle speaks by. */
export function webChannel(bot: BotSummary): string | undefined {
  return bot.channels.find((channel) => channel.use === 'web-chat' && channel.enabled)?.key;
}
