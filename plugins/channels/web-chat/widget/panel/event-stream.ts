export interface StreamedFrame {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** Reads server-sent events from text as it comes. Comments, which keep a connection open, give no frame. */
export function createFrameReader(): (chunk: string) => readonly StreamedFrame[] {
  let rest = '';
  let event = '';
  let id: string | undefined;
  let data: string[] = [];

  const endOfFrame = (): readonly StreamedFrame[] => {
    const frames = data.length > 0 ? [{ event: event || 'message', id, data: data.join('\n') }] : [];
    event = '';
    data = [];
    return frames;
  };
  const takeField = (line: string): readonly StreamedFrame[] => {
    const [, field = line, value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
    return [];
  };

  return (chunk) => {
    rest += chunk;
    // A carriage return at the very end may be half of a line break.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    return lines.flatMap((line) => (line === '' ? endOfFrame() : takeField(line)));
  };
}
