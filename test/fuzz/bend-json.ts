import type { Chance } from './chance.ts';
import { type Json, oddNames, oddValue } from './odd-values.ts';

interface Place {
  readonly holder: Json[] | { [name: string]: Json };
  readonly key: string;
}

const maxPlaces = 2_000;
/** Platforms send kilobytes, and the server takes three megabytes at most. */
const maxLength = 400_000;

/** Changes some values of a body by their structure: dropped, of another type, nested, doubled, renamed, swapped, or from another body. */
export function bend(body: Json, donors: readonly Json[], chance: Chance): Json {
  const bent = { root: structuredClone(body) };
  const changes = 1 + chance.below(chance.happens(0.2) ? 12 : 4);
  for (let change = 0; change < changes; change += 1) {
    const places = placesOf(bent);
    const place = chance.one(places.length > 1 && chance.happens(0.98) ? places.slice(1) : places);
    bendAt(place, { places, donors, chance });
    if ((JSON.stringify(bent.root)?.length ?? 0) > maxLength) break;
  }
  return bent.root;
}

function bendAt(
  place: Place,
  {
    places,
    donors,
    chance,
  }: { readonly places: readonly Place[]; readonly donors: readonly Json[]; readonly chance: Chance },
): void {
  const before = read(place);
  switch (chance.below(11)) {
    case 0:
      drop(place);
      return;
    case 1:
    case 2:
    case 3:
      write(place, oddValue(chance));
      return;
    case 4:
      write(place, chance.happens(0.5) ? [before] : { [place.key]: before });
      return;
    case 5: {
      const copies = chance.one([2, 3, 50, 300]);
      const most = Math.max(1, Math.floor(maxLength / JSON.stringify(before).length));
      write(
        place,
        Array.from({ length: Math.min(copies, most) }, () => before),
      );
      return;
    }
    case 6:
      drop(place);
      write({ ...place, key: chance.happens(0.5) ? chance.one(oddNames) : `${place.key}_` }, before);
      return;
    case 7: {
      const other = chance.one(places);
      write(place, structuredClone(read(other)));
      return;
    }
    case 8: {
      const donor = chance.one(placesOf({ root: chance.one(donors) }));
      write(place, structuredClone(read(donor)));
      return;
    }
    case 9:
      if (typeof before === 'object' && before !== null)
        write({ holder: before as Place['holder'], key: chance.one(oddNames) }, oddValue(chance));
      else write(place, oddValue(chance));
      return;
    default: {
      let deep = before;
      for (let depth = chance.one([3, 30, 300]); depth > 0; depth -= 1)
        deep = chance.happens(0.5) ? [deep] : { [place.key]: deep };
      write(place, deep);
    }
  }
}

function placesOf(body: { root: Json }): readonly Place[] {
  const places: Place[] = [{ holder: body, key: 'root' }];
  for (let index = 0; index < places.length && places.length < maxPlaces; index += 1) {
    const place = places[index];
    const value = place === undefined ? null : read(place);
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Object.keys(value)) places.push({ holder: value as Place['holder'], key });
  }
  return places;
}

function read({ holder, key }: Place): Json {
  const own = Object.getOwnPropertyDescriptor(holder, key);
  return (own?.value as Json | undefined) ?? null;
}

/** By definition and not by assignment: a name may be __proto__. */
function write({ holder, key }: Place, value: Json): void {
  if (Array.isArray(holder) && !/^\d{1,5}$/.test(key)) return;
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function drop({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

/** The bytes of a body: mostly its JSON, now and then cut, doubled, flipped, or in another encoding. */
export function toBytes(body: Json, chance: Chance): Buffer {
  // Where everything was dropped there is nothing to write.
  const text = JSON.stringify(body) ?? '';
  if (!chance.happens(0.04)) return Buffer.from(text);
  switch (chance.below(12)) {
    case 0:
      return Buffer.from(text.slice(0, chance.below(text.length)));
    case 1:
      return Buffer.from(text + text);
    case 2:
      return Buffer.from(`\ufeff${text}`);
    case 3:
      return Buffer.from(text, 'utf16le');
    case 4: {
      const bytes = Buffer.from(text);
      for (let flips = 1 + chance.below(4); flips > 0 && bytes.length > 0; flips -= 1)
        bytes[chance.below(bytes.length)] = chance.below(256);
      return bytes;
    }
    case 5:
      return Buffer.from('['.repeat(chance.one([10, 1_000, 100_000])));
    case 6:
      return Buffer.from(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
    case 7:
      // Twice the same name: the last one counts for some readers, the first for others.
      return Buffer.from(
        text.replace(
          '{',
          `{"${chance.one(['object', 'update_id', 'message', 'entry', 'text', 'id'])}":${JSON.stringify(oddValue(chance))},`,
        ),
      );
    case 8:
      return Buffer.from(
        text.replace(/:(\d+)/, `:${chance.one(['1e999', '-0', '00', '1.', '9'.repeat(400), '0x1', 'NaN', '١'])}`),
      );
    case 9:
      return Buffer.from(text.replace(/"/g, "'"));
    case 10:
      return Buffer.alloc(chance.one([0, 1, 7]), chance.below(256));
    default:
      return Buffer.from(JSON.stringify(oddValue(chance)));
  }
}
