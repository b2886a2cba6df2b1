import { bend, toBytes } from './bend-json.ts';
import type { Chance } from './chance.ts';
import { type ClientFrame, encodeFrame, opcodes } from './frame-codec.ts';
import { type Json, oddText } from './odd-values.ts';

/** What a client sends at once. */
export interface Step {
  readonly bytes: Buffer;
  /** How many frames that are, pings left out: they are cheap, and would be most of them. */
  readonly frames: number;
  /** Messages, each of which gets one event of its own: an ack, an error or a pong. */
  readonly answers?: number;
  /** The last ping among them, in hex: it is answered, whatever becomes of those before it. */
  readonly ping?: string;
  /** The codes with one of which the server closes. Nothing after it is answered. */
  readonly closes?: readonly number[];
}

/** The longest message that the server takes, in bytes. */
export const maxMessageBytes = 262_144;

const messages: readonly Json[] = [
  { type: 'message', id: 'c-1', text: 'What does the blue lamp cost?' },
  { id: 'c-2', text: 'Was kostet die rote Lampe?' },
  { type: 'message', id: 'c-3', action: { id: 'yes', label: 'Yes' } },
  {
    type: 'message',
    id: 'c-4',
    attachments: [{ kind: 'image', mediaType: 'image/png', url: 'https://shop.example/a' }],
  },
  { type: 'ping' },
];

/** Up to so many steps; the last may be one that ends the connection. `foreign` are ids and tokens of another tenant. */
export function socketScript(chance: Chance, foreign: readonly string[]): readonly Step[] {
  const steps = Array.from({ length: 1 + chance.below(chance.happens(0.1) ? 90 : 16) }, () =>
    harmless(chance, foreign),
  );
  return chance.happens(0.55) ? [...steps, fatal(chance), harmless(chance, foreign)] : steps;
}

function harmless(chance: Chance, foreign: readonly string[]): Step {
  switch (chance.below(12)) {
    case 0:
    case 1:
      return one({ opcode: opcodes.text, payload: said(message(chance)) });
    case 2:
    case 3:
      return one({
        opcode: opcodes.text,
        payload: wellFormed(bent(chance)),
      });
    case 4:
      return one({ opcode: opcodes.binary, payload: bent(chance) });
    case 5:
      return one({ opcode: opcodes.text, payload: said({ id: id(chance), text: oddText(chance) }) });
    case 6:
      return one({ opcode: opcodes.text, payload: said(claim(chance, foreign)) });
    case 7:
      return one({
        opcode: opcodes.text,
        payload: said({ id: id(chance), text: 'x'.repeat(chance.one([4_001, 70_000, maxMessageBytes - 60])) }),
      });
    case 8:
      return fragmented(chance);
    case 9: {
      const count = 1 + chance.below(chance.happens(0.2) ? 400 : 10);
      const room = chance.one([4, 125]);
      const pings = Array.from({ length: count }, () => pingOf(chance, room));
      const bytes = Buffer.concat(pings.map((payload) => encodeFrame({ opcode: opcodes.ping, payload })));
      return { bytes, frames: 0, ping: pings.at(-1)?.toString('hex') ?? '' };
    }
    case 10:
      return { ...one({ opcode: opcodes.pong, payload: Buffer.alloc(chance.one([0, 125])) }), answers: 0 };
    default:
      return one({
        opcode: chance.one([opcodes.text, opcodes.binary]),
        payload: Buffer.from(
          chance.one(['', ' ', '[]', 'null', '7', '"x"', '{', '{}', '{"type":"bye"}', '{"type":7}']),
        ),
      });
  }
}

/** A message in parts, with pings between them. */
function fragmented(chance: Chance): Step {
  const whole = said(message(chance));
  const parts = 2 + chance.below(chance.happens(0.1) ? 100 : 4);
  const size = Math.ceil(whole.length / parts);
  const frames: Buffer[] = [];
  let ping: Buffer | undefined;
  for (let part = 0; part < parts; part += 1) {
    const opcode = part === 0 ? opcodes.text : opcodes.continuation;
    const payload = whole.subarray(part * size, (part + 1) * size);
    frames.push(encodeFrame({ opcode, payload, isPart: part < parts - 1 }));
    if (chance.happens(0.2) && part < parts - 1) {
      ping = pingOf(chance, 9);
      frames.push(encodeFrame({ opcode: opcodes.ping, payload: ping }));
    }
  }
  return {
    bytes: Buffer.concat(frames),
    frames: parts,
    answers: 1,
    ...(ping === undefined ? {} : { ping: ping.toString('hex') }),
  };
}

function pingOf(chance: Chance, bytes: number): Buffer {
  const payload = Buffer.alloc(bytes, 7);
  payload.writeUInt32BE(chance.below(2 ** 32));
  return payload;
}

const violation = [1002] as const;

/** What ends the connection: by the protocol, by the limits, or because the client wants it. */
function fatal(chance: Chance): Step {
  const text = Buffer.from('{"type":"ping"}');
  const closing = (frame: ClientFrame, ...codes: readonly number[]): Step => ({
    bytes: encodeFrame(frame),
    frames: 1,
    closes: codes,
  });
  return chance.one<() => Step>([
    () => closing({ opcode: chance.one([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), payload: text }, ...violation),
    () => closing({ opcode: opcodes.text, payload: text, reserved: 1 + chance.below(7) }, ...violation),
    () => closing({ opcode: opcodes.text, payload: text, isBare: true }, ...violation),
    () => closing({ opcode: opcodes.continuation, payload: text }, ...violation),
    () => closing({ opcode: opcodes.ping, payload: text, isPart: true }, ...violation),
    () => closing({ opcode: opcodes.ping, payload: Buffer.alloc(126) }, ...violation),
    () => closing({ opcode: opcodes.close, payload: Buffer.from([3]) }, ...violation),
    () =>
      closing(
        { opcode: opcodes.close, payload: code(chance.one([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535])) },
        ...violation,
      ),
    () => closing({ opcode: opcodes.close, payload: Buffer.concat([code(1000), Buffer.from([0xff, 0xfe])]) }, 1007),
    // A lone surrogate, an overlong form and a cut character are no UTF-8.
    () =>
      closing(
        {
          opcode: opcodes.text,
          payload: chance.one([
            Buffer.from([0xed, 0xa0, 0x80]),
            Buffer.from([0xc0, 0xaf]),
            Buffer.from([0xf0, 0x9f, 0x98]),
          ]),
        },
        1007,
      ),
    () =>
      closing(
        {
          opcode: chance.one([opcodes.text, opcodes.binary]),
          payload: Buffer.alloc(maxMessageBytes + 1 + chance.below(1000), 0x20),
        },
        1009,
      ),
    () =>
      closing(
        {
          opcode: opcodes.text,
          payload: text,
          claimedLength: chance.one([maxMessageBytes + 1, 2 ** 31, 2 ** 40, 2 ** 53]),
        },
        1009,
      ),
    () => tooLongInParts(),
    () => ({
      bytes: Buffer.concat([
        encodeFrame({ opcode: opcodes.text, payload: text, isPart: true }),
        encodeFrame({ opcode: opcodes.text, payload: text }),
      ]),
      frames: 2,
      closes: violation,
    }),
    () => closing({ opcode: opcodes.close, payload: Buffer.alloc(0) }, 1000, 1005),
    () => {
      const wanted = chance.one([1000, 1001, 1011, 3000, 4999]);
      return closing({ opcode: opcodes.close, payload: Buffer.concat([code(wanted), Buffer.from('bye')]) }, wanted);
    },
  ])();
}

function tooLongInParts(): Step {
  const part = Buffer.alloc(60_000, 0x20);
  const frames = Array.from({ length: 5 }, (_, index) =>
    encodeFrame({ opcode: index === 0 ? opcodes.text : opcodes.continuation, payload: part, isPart: true }),
  );
  return { bytes: Buffer.concat(frames), frames: frames.length, closes: [1009] };
}

/** A message of one frame. In JSON an odd text may take six times its length, and then be too long. */
function one(frame: ClientFrame): Step {
  const isTooLong = frame.payload.byteLength > maxMessageBytes;
  return { bytes: encodeFrame(frame), frames: 1, ...(isTooLong ? { closes: [1009] } : { answers: 1 }) };
}

function message(chance: Chance): Json {
  const kind = structuredClone(chance.one(messages)) as { [name: string]: Json };
  return kind['id'] === undefined ? kind : { ...kind, id: id(chance) };
}

/** A message that says it belongs elsewhere. */
function claim(chance: Chance, foreign: readonly string[]): Json {
  const name = chance.one(['session', 'conversation', 'token', 'tenant', 'contact', 'authorization', 'type']);
  return { id: id(chance), text: 'Whose is this?', [name]: chance.one([...foreign, 'other']) };
}

function id(chance: Chance): string {
  return `c-${chance.below(1e9)}`;
}

function said(value: Json): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function bent(chance: Chance): Buffer {
  return toBytes(bend(message(chance), messages, chance), chance).subarray(0, maxMessageBytes);
}

/** A text frame that is not UTF-8 ends the connection; that is for `fatal`. */
function wellFormed(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('utf8').slice(0, maxMessageBytes / 3));
}

function code(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}
