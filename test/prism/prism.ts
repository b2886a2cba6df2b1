import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inject } from 'vitest';

/** A request as Prism judges it: JSON parsed, a form as its text. */
export interface PrismRequest {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Diagnostic {
  readonly path?: readonly (string | number)[];
  readonly message: string;
  readonly severity: number;
}
interface Operation {
  readonly method: string;
  readonly path: string;
}
type Either<Left, Right> =
  | { readonly _tag: 'Left'; readonly left: Left }
  | { readonly _tag: 'Right'; readonly right: Right };
type Config = Readonly<Record<string, unknown>>;
/** What Prism would answer a caller with. */
interface PrismProblem {
  readonly message: string;
  readonly additional?: {
    readonly validation?: readonly { readonly location: readonly (string | number)[]; readonly message: string }[];
  };
}
interface PrismServer {
  readonly prism: {
    request(
      request: object,
      operations: readonly Operation[],
      config: Config,
    ): () => Promise<Either<PrismProblem, { readonly validations: { readonly input: readonly Diagnostic[] } }>>;
  };
  listen(port: number, host: string): Promise<string>;
  close(): Promise<void>;
}

type CreateServer = (operations: readonly Operation[], options: object) => PrismServer;

const quiet: Record<string, unknown> = {};
for (const level of ['trace', 'debug', 'info', 'success', 'warn', 'error', 'fatal']) quiet[level] = () => undefined;
quiet['child'] = () => quiet;

const common = {
  checkSecurity: true,
  validateRequest: true,
  validateResponse: true,
  errors: false,
  upstreamProxy: undefined,
};
const mocking: Config = { ...common, isProxy: false, validateResponse: false, mock: { dynamic: false } };

/** What stands between a channel and a fake, and reads both along. */
export interface Watched extends AsyncDisposable {
  readonly address: string;
  /** `host:port`. */
  readonly host: string;
  /** What broke the specification since the last look, as in `request.body.text …` and `response.body.sid …`. */
  take(): readonly string[];
}

interface SpecificationDocument {
  readonly components: {
    readonly schemas: Readonly<Record<string, { properties?: Readonly<Record<string, object>> }>>;
  };
}

/** A vendor's specification, read by Prism and not by us. */
export class Prism {
  readonly #operations: readonly Operation[];
  readonly #createServer: CreateServer;
  readonly #judging: PrismServer;

  private constructor(operations: readonly Operation[], createServer: CreateServer) {
    this.#operations = operations;
    this.#createServer = createServer;
    this.#judging = createServer(operations, { cors: false, components: { logger: quiet }, config: mocking });
  }

  /**
   * @param specification Below test/fixtures.
   * @param paths Only these; all unless told.
   * @param documented Properties by schema that the vendor documents elsewhere, and its specification lacks.
   */
  static async open(
    specification: string,
    paths?: readonly string[],
    documented: Readonly<Record<string, Readonly<Record<string, object>>>> = {},
  ): Promise<Prism> {
    const load = createRequire(join(inject('prismFolder'), 'package.json'));
    const { getHttpOperationsFromSpec } = load('@stoplight/prism-http') as {
      getHttpOperationsFromSpec(document: unknown): Promise<readonly Operation[]>;
    };
    const { createServer } = load('@stoplight/prism-http-server') as { createServer: CreateServer };
    const document = JSON.parse(
      readFileSync(new URL(`../fixtures/${specification}`, import.meta.url), 'utf8'),
    ) as SpecificationDocument;
    for (const [name, properties] of Object.entries(documented)) {
      const schema = document.components.schemas[name];
      if (schema === undefined) throw new Error(`${specification} has no schema ${name}`);
      schema.properties = { ...schema.properties, ...properties };
    }
    const operations = await getHttpOperationsFromSpec(withEncodings(document));
    return new Prism(
      operations.filter(({ path }) => paths === undefined || paths.includes(path)),
      createServer,
    );
  }

  /** Why the specification refuses a request; empty where it does not. */
  async judge(request: PrismRequest): Promise<readonly string[]> {
    const { method, path, headers, body } = request;
    const judged = await this.#judging.prism.request(
      { method, url: { path }, headers, body },
      this.#operations,
      mocking,
    )();
    if (judged._tag === 'Left') return refusalsOf(judged.left);
    return judged.right.validations.input.map(({ path: at = [], message }) => `${at.join('.')} ${message}`);
  }

  /** Passes everything on, and notes what the specification does not know of requests and of answers. */
  async watch(upstream: string): Promise<Watched> {
    const violations: string[] = [];
    const note = (...words: readonly unknown[]) => {
      const said = words.filter((word) => typeof word === 'string').join(' ');
      if (said !== '') violations.push(said.replace(/^Violation: /, ''));
    };
    const logger: Record<string, unknown> = { ...quiet, warn: note, error: note, child: () => logger };
    const config = { ...common, isProxy: true, upstream: new URL(upstream), mock: false };
    const server = this.#createServer(this.#operations, { cors: false, components: { logger }, config });
    const address = await server.listen(0, '127.0.0.1');
    return {
      address,
      host: new URL(address).host,
      take: () => violations.splice(0),
      [Symbol.asyncDispose]: () => server.close(),
    };
  }
}

function refusalsOf({ message, additional }: PrismProblem): readonly string[] {
  const found = additional?.validation ?? [];
  return found.length === 0 ? [message] : found.map(({ location, message: words }) => `${location.join('.')} ${words}`);
}

interface FormMediaType {
  readonly schema?: { readonly properties?: Readonly<Record<string, { readonly type?: string }>> };
}

/** Says aloud what OpenAPI takes for granted and Prism does not: a list in a form is its name once for each value. */
function withEncodings(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document), (name, value: unknown) => {
    if (name !== 'application/x-www-form-urlencoded') return value;
    const media = value as FormMediaType;
    const lists = Object.entries(media.schema?.properties ?? {}).filter(([, { type }]) => type === 'array');
    return { ...media, encoding: Object.fromEntries(lists.map(([list]) => [list, { style: 'form', explode: true }])) };
  });
}
