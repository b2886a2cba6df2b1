import { readdirSync, readFileSync } from 'node:fs';

export interface Sample {
  /** As in `message/text`. */
  readonly name: string;
  readonly body: object;
  /** The number it was sent to, where it says one. */
  readonly phoneNumberId: string;
}

const folder = new URL('../../../fixtures/whatsapp/', import.meta.url);

function read(file: string): Readonly<Record<string, object>> {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, object>;
}

function samplesOf(prefix: string, file: string): readonly Sample[] {
  return Object.entries(read(file)).map(([name, body]) => ({
    name: `${prefix}/${name}`,
    body,
    phoneNumberId: /"phone_number_id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '1122334455667',
  }));
}

/** Meta's own examples and those of pywa. */
export const samples: readonly Sample[] = [
  ...samplesOf('meta', 'meta-official-webhook-examples.json'),
  ...readdirSync(new URL('updates/', folder))
    .toSorted()
    .flatMap((file) => samplesOf(file.replace('.json', ''), `updates/${file}`)),
];
