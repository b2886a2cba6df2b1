import { knowsMethod, type TelegramRefusal } from './fake-telegram-rules.ts';

export type TelegramFault = {
  /** Only calls of this method meet it; unless told those that send something. */
  readonly method?: string;
} & (
  | ({ readonly kind: 'refuse' } & TelegramRefusal)
  /** The message is sent, and the answer never comes. */
  | { readonly kind: 'silence after delivery' }
  /** The message is sent, and the connection breaks. */
  | { readonly kind: 'reset after delivery' }
  /** The server in front of it answers with a page. */
  | { readonly kind: 'page'; readonly status: number }
);

const kinds: Readonly<Record<TelegramFault['kind'], 'with a status' | 'alone'>> = {
  refuse: 'with a status',
  page: 'with a status',
  'silence after delivery': 'alone',
  'reset after delivery': 'alone',
};

/** @throws Error for what would be no fault at all, or meet nobody, and be looked for in the plugin. */
export function requireFaults(faults: readonly TelegramFault[]): void {
  for (const fault of faults as readonly Readonly<Record<string, unknown>>[]) {
    const wrong = wrongIn(fault);
    if (wrong !== undefined) throw new Error(`The fake Telegram cannot meet ${JSON.stringify(fault)}: ${wrong}.`);
  }
}

function wrongIn(fault: Readonly<Record<string, unknown>>): string | undefined {
  const { kind, status, description, method } = fault;
  if (!Object.hasOwn(kinds, String(kind))) return `its \`kind\` is one of ${Object.keys(kinds).join(', ')}`;
  if (method !== undefined && !knowsMethod(String(method))) return 'the Bot API has no such `method`';
  if (kinds[kind as TelegramFault['kind']] === 'alone') return undefined;
  if (!Number.isInteger(status) || Number(status) < 300 || Number(status) > 599)
    return 'its `status` is a number from 300 to 599';
  return kind === 'refuse' && typeof description !== 'string' ? "its `description` is Telegram's sentence" : undefined;
}
