type Made = Request & { bytes(): Promise<Uint8Array<ArrayBuffer>> };

/**
 * A Request whose body is here already. The stream that every Request with a body has is made only for somebody who reads it, because
 * it costs more than the rest: routes have the raw bytes beside it. What is made by `new Request(request)` has no body; `clone()` has.
 */
export class WholeRequest extends Request {
  readonly #body: Uint8Array<ArrayBuffer>;
  #made: Made | undefined;

  // As accessors, which a class may not write where its base has properties by its type.
  static {
    Object.defineProperty(WholeRequest.prototype, 'body', {
      configurable: true,
      get(this: WholeRequest) {
        return this.#reading().body;
      },
    });
    Object.defineProperty(WholeRequest.prototype, 'bodyUsed', {
      configurable: true,
      get(this: WholeRequest) {
        return this.#made?.bodyUsed === true;
      },
    });
  }

  constructor(url: string, init: Omit<RequestInit, 'body'>, body: Uint8Array<ArrayBuffer>) {
    super(url, init);
    this.#body = body;
  }

  override text(): Promise<string> {
    return this.#reading().text();
  }

  override json(): Promise<unknown> {
    return this.#reading().json();
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#reading().arrayBuffer();
  }

  override bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#reading().bytes();
  }

  override blob(): Promise<Blob> {
    return this.#reading().blob();
  }

  override formData(): Promise<FormData> {
    return this.#reading().formData();
  }

  override clone(): Request {
    return this.#reading().clone();
  }

  #reading(): Made {
    this.#made ??= new Request(this.url, { method: this.method, headers: this.headers, body: this.#body }) as Made;
    return this.#made;
  }
}
