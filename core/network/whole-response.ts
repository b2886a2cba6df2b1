const decoder = new TextDecoder();

/**
 * A Response whose body is here already. A stream is made of it only for somebody who asks for one: making and reading it costs four
 * times what the rest of a small answer does.
 */
export class WholeResponse extends Response {
  readonly #bytes: ArrayBuffer;
  #streaming: Response | undefined;
  #used = false;

  // As accessors, which a class may not write where its base has properties by its type.
  static {
    Object.defineProperty(WholeResponse.prototype, 'body', {
      configurable: true,
      get(this: WholeResponse) {
        return this.#asStream().body;
      },
    });
    Object.defineProperty(WholeResponse.prototype, 'bodyUsed', {
      configurable: true,
      get(this: WholeResponse) {
        return this.#used || this.#streaming?.bodyUsed === true;
      },
    });
  }

  constructor(bytes: ArrayBuffer, init: ResponseInit) {
    super(null, init);
    this.#bytes = bytes;
  }

  override async text(): Promise<string> {
    return this.#streaming === undefined ? decoder.decode(this.#take()) : await this.#streaming.text();
  }

  override async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#streaming === undefined ? this.#take() : await this.#streaming.arrayBuffer();
  }

  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer());
  }

  override async blob(): Promise<Blob> {
    return new Blob([await this.arrayBuffer()], { type: this.headers.get('content-type') ?? '' });
  }

  override async formData(): Promise<FormData> {
    return await this.#asStream().formData();
  }

  override clone(): Response {
    if (this.#streaming !== undefined) return this.#streaming.clone();
    if (this.#used) throw new TypeError('Response.clone: Body has already been consumed.');
    const copy = new WholeResponse(this.#bytes.slice(0), this);
    Object.defineProperty(copy, 'url', { value: this.url });
    return copy;
  }

  #asStream(): Response {
    this.#streaming ??= new Response(this.#used ? null : this.#bytes, this);
    return this.#streaming;
  }

  #take(): ArrayBuffer {
    if (this.#used) throw new TypeError('Body is unusable: Body has already been read');
    this.#used = true;
    return this.#bytes;
  }
}
