export interface ServerEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Events of a `text/event-stream` answer up to the first for which `last` holds; then the stream is left. */
export async function readEvents(
  response: Response,
  last: (event: ServerEvent) => boolean,
): Promise<readonly ServerEvent[]> {
  const events: ServerEvent[] = [];
  let rest = '';
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return events;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + part.value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parse(block);
      if (event === undefined) continue;
      events.push(event);
      if (!last(event)) continue;
      await reader.cancel();
      return events;
    }
  }
  return events;
}

function parse(block: string): ServerEvent | undefined {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const type = field('event');
  if (type === undefined) return undefined;
  return { id: field('id'), type, data: JSON.parse(field('data') ?? '{}') as Record<string, unknown> };
}
