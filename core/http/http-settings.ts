/** The part of config/polyphon.yaml that this folder reads, with its units resolved. */
export interface HttpSettings {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** `https://bot.example`, where proxies make it differ from what arrives. Signatures are checked on it. */
  readonly publicOrigin?: string | undefined;
  /** Addresses or CIDR ranges whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Unless told: on in `dev`, off in `start`. In `start` it asks for an operator token. */
  readonly playground?: 'on' | 'off' | undefined;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpLimits {
  readonly headerBytes: number;
  /** A caller must have sent its headers, and its whole request, within these. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Longer than the idle time of common load balancers (60 s), so that they close first. */
  readonly keepAliveTimeoutMs: number;
  /** A caller that takes no byte of its response for so long is dropped. */
  readonly stallTimeoutMs: number;
  /** How long `close` waits for requests that run. */
  readonly closeTimeoutMs: number;
  readonly maxSockets: number;
  /** One frame or fragmented message from a client. */
  readonly maxSocketMessageBytes: number;
  /** A client that lets so much pile up unread is dropped. */
  readonly maxSocketBufferBytes: number;
  readonly pingEveryMs: number;
}

export const defaultLimits: HttpLimits = {
  headerBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
  stallTimeoutMs: 30_000,
  closeTimeoutMs: 10_000,
  maxSockets: 20_000,
  maxSocketMessageBytes: 262_144,
  maxSocketBufferBytes: 4_194_304,
  pingEveryMs: 30_000,
};
