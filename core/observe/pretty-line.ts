import pico from 'picocolors';

export type Colour = 'always' | 'never';

const shownStackLines = 4;

/** One line of JSON as a person reads it in a terminal: time, level, tenant, sentence, fields. Ends with a newline. */
export function prettyLine(json: string, color: Colour): string {
  const paint = pico.createColors(color === 'always');
  const { level, time, msg, tenant, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const clock = typeof time === 'string' ? time.slice(11, 19) : '';
  const word = String(level);
  const painted =
    word === 'error'
      ? paint.red(word)
      : word === 'warn'
        ? paint.yellow(word)
        : word === 'debug'
          ? paint.dim(word)
          : paint.green(word);
  const stacks: string[] = [];
  const pairs = Object.entries(fields).map(([key, value]) => `${paint.dim(`${key}=`)}${fieldText(value, stacks)}`);
  const head = [
    paint.dim(clock),
    painted + ' '.repeat(Math.max(0, 5 - word.length)),
    tenant === undefined ? '' : paint.cyan(oneLine(tenant)),
    oneLine(msg),
  ];
  const line = [...head.filter((part) => part !== ''), ...pairs].join(' ');
  return `${[line, ...stacks.map((frame) => paint.dim(`      ${frame}`))].join('\n')}\n`;
}

function fieldText(value: unknown, stacks: string[]): string {
  if (isErrorShape(value)) {
    // Our own errors are sentences with the place and the next step in them; where the code threw says nothing more.
    if (value.name !== 'PolyphonError') stacks.push(...value.stack.slice(0, shownStackLines).map(oneLine));
    const { name, message, stack: _, cause, ...rest } = value;
    const more = Object.keys(rest).length === 0 ? '' : ` ${printable(JSON.stringify(rest))}`;
    const origin =
      cause === undefined
        ? ''
        : ` <- ${isErrorShape(cause) ? `${cause.name}: ${oneLine(cause.message)}` : printable(JSON.stringify(cause))}`;
    return `${oneLine(name)}: ${oneLine(message)}${more}${origin}`;
  }
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? oneLine(value) : printable(JSON.stringify(value));
  return printable(JSON.stringify(value));
}

function isErrorShape(
  value: unknown,
): value is { name: string; message: string; stack: readonly string[]; cause?: unknown } {
  return (
    typeof value === 'object' && value !== null && 'message' in value && 'stack' in value && Array.isArray(value.stack)
  );
}

function oneLine(value: unknown): string {
  return printable(String(value).replaceAll(/\s+/g, ' '));
}

/** Control characters could repaint the terminal or forge a line. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to take out
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
}
