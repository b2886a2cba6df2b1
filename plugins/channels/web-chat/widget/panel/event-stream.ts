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
  return (chunk) => {
    rest += chunk;
    const frames: StreamedFrame[] = [];
    // A carriage return at the very end may be half of a line break.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) frames.push({ event: event || 'message', id, data: data.join('\n') });
        event = '';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id' && !value.includes('\0')) id = value;
    }
    return frames;
  };
}
