import { randomBytes } from 'node:crypto';

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame of a client, also one that RFC 6455 forbids. */
export interface ClientFrame {
  /** 0 to 15. */
  readonly opcode: number;
  readonly payload: Uint8Array;
  /** More of the message follows. */
  readonly isPart?: boolean;
  /** The three reserved bits, 0 to 7; 0 unless told. */
  readonly reserved?: number;
  /** As only servers may send it. */
  readonly isBare?: boolean;
  /** What the head says of the length, where that is not true. */
  readonly claimedLength?: number;
}

export function encodeFrame({ opcode, payload, isPart, reserved = 0, isBare, claimedLength }: ClientFrame): Buffer {
  const length = claimedLength ?? payload.byteLength;
  const masked = isBare === true ? 0 : 0x80;
  const first = (isPart === true ? 0 : 0x80) | (reserved << 4) | opcode;
  const head =
    length < 126
      ? Buffer.from([first, masked | length])
      : length < 65_536
        ? Buffer.from([first, masked | 126, length >> 8, length & 255])
        : Buffer.concat([Buffer.from([first, masked | 127]), longLength(length)]);
  if (isBare === true) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0))]);
}

function longLength(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

/** Tells the frames in a stream of bytes of a server, which never masks. Gives what is left of a frame that is not whole. */
export function decodeFrames(bytes: Buffer, take: (opcode: number, payload: Buffer) => void): Buffer {
  let rest = bytes;
  for (;;) {
    const [first = 0, second = 0] = rest;
    const size = second & 0x7f;
    const headLength = size === 127 ? 10 : size === 126 ? 4 : 2;
    if (rest.length < headLength) return rest;
    const length = size === 127 ? Number(rest.readBigUInt64BE(2)) : size === 126 ? rest.readUInt16BE(2) : size;
    if (rest.length < headLength + length) return rest;
    take(first & 15, rest.subarray(headLength, headLength + length));
    rest = rest.subarray(headLength + length);
  }
}
