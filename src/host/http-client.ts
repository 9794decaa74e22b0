import { addressOfUrl } from "../core/addresses.ts";
import { errorCode } from "../core/system-failure.ts";

/** The kind of a failed request to a server. `silent`: the server kept the connection and sent nothing. */
export type HttpFailureKind =
  | "invalid"
  | "unknown-host"
  | "no-connection"
  | "no-descriptor"
  | "certificate"
  | "silent"
  | "broken"
  | "aborted";

/** A request that got no answer, or not all of it. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly kind: HttpFailureKind;
  /** The system's error code, or Bun's; null if there is none. */
  readonly reason: string | null;
  /** The variable that names the proxy that the request may have used; null if none is set. */
  proxy: string | null = null;

  constructor(kind: HttpFailureKind, reason: string | null, cause?: unknown) {
    super(reason ?? kind, { cause });
    this.kind = kind;
    this.reason = reason;
  }
}

export interface HttpClientRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
  /** Milliseconds after which a server that has not answered must at least take another connection. */
  readonly connectMs: number;
  /** Milliseconds of silence that the server may have, before its answer and in it. */
  readonly silenceMs: number;
}

/** An answer whose body arrives. A body that is not read to its end must be returned (`return()`) or aborted. */
export interface HttpClientResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The variable that names the proxy that may have answered instead; null if none is set. */
  readonly proxy: string | null;
  /** The pieces as they arrive. Throws `HttpFailure` if the body breaks off. */
  readonly body: AsyncGenerator<Uint8Array, void, void>;
}

/** The kinds of the errors that `fetch` throws, by their codes as seen on Bun 1.4.4. */
const KINDS: readonly (readonly [HttpFailureKind, RegExp])[] = [
  ["certificate", /CERT|SSL|TLS|^DEPTH_ZERO|^UNABLE_TO_/],
  ["unknown-host", /^(?:ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_NONAME|EAI_FAIL)$/],
  ["no-connection", /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/],
  // This process, or the machine, has no descriptor left for a connection.
  ["no-descriptor", /^(?:EMFILE|ENFILE)$/],
  ["invalid", /^ERR_INVALID_URL$/],
];

function classify(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = errorCode(error);
  const [kind] = KINDS.find(([, codes]) => codes.test(code ?? "")) ?? (["broken"] as const);
  return new HttpFailure(kind, code ?? (error instanceof Error ? error.message : null), error);
}

/** Returns the variable that sends requests to this address by a proxy, unless `NO_PROXY` has its host. */
function proxyVariable(url: URL): string | null {
  const scheme = url.protocol.replace(":", "");
  const lower = [`${scheme}_proxy`, "all_proxy"];
  const names = lower.flatMap((name) => [name, name.toUpperCase()]);
  const name = names.find((one) => (process.env[one] ?? "") !== "") ?? null;
  return name === null || needsNoProxy(url.hostname) ? null : name;
}

function needsNoProxy(host: string): boolean {
  const listed = (process.env["no_proxy"] ?? process.env["NO_PROXY"] ?? "").split(",");
  return listed
    .map((entry) => entry.trim().replace(/^\./, "").replace(/:\d+$/, ""))
    .some((entry) => entry === "*" || (entry !== "" && `.${host}`.endsWith(`.${entry}`)));
}

/** Returns true if a server, or a proxy in front of it, may take a TCP connection within `limitMs`. */
async function takesConnection(url: URL, limitMs: number): Promise<boolean> {
  if (proxyVariable(url) !== null) return true;
  const socket = { data() {}, error() {} };
  const opened = Bun.connect({ ...addressOfUrl(url), socket }).then(
    (connected) => {
      connected.terminate();
      return true;
    },
    () => false,
  );
  return Promise.race([opened, Bun.sleep(limitMs).then(() => false)]);
}

/** Ends a request for a reason of ours, and keeps the reason. */
class Watch {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #silenceMs: number;
  readonly #onAbort = () => this.fail(new HttpFailure("aborted", null));
  /** One timer for a whole answer: one for each of its pieces would cost more than the piece. */
  #timer: Timer | undefined;
  #waitingSince: number | null = null;
  #failure: HttpFailure | null = null;

  constructor(outer: AbortSignal | undefined, silenceMs: number) {
    this.#outer = outer;
    this.#silenceMs = silenceMs;
    if (outer?.aborted === true) this.#onAbort();
    else outer?.addEventListener("abort", this.#onAbort, { once: true });
    this.#checkIn(silenceMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  fail(failure: HttpFailure): void {
    this.#failure ??= failure;
    this.#controller.abort();
  }

  /** Waits for one thing from the server; a wait that is longer than the limit is a failure. */
  async wait<T>(work: Promise<T>): Promise<T> {
    this.#waitingSince = performance.now();
    try {
      return await work;
    } catch (error) {
      throw this.#failure ?? classify(error);
    } finally {
      this.#waitingSince = null;
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }

  #checkIn(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      const waited = this.#waitingSince === null ? 0 : performance.now() - this.#waitingSince;
      if (waited >= this.#silenceMs) this.fail(new HttpFailure("silent", null));
      else this.#checkIn(this.#silenceMs - waited);
    }, milliseconds);
    // An answer that is not read must not keep the process alive.
    this.#timer.unref();
  }
}

const COMPRESSIONS: ReadonlyMap<string, "gzip" | "deflate"> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
]);

/** Returns the body as it was before its server, or a proxy, compressed it without having been asked to. */
function decompress({ body, headers, status }: Response): ReadableStream<Uint8Array> | null {
  const encoding = (headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (body === null || encoding === "" || encoding === "identity") return body;
  const format = COMPRESSIONS.get(encoding);
  if (format !== undefined) return body.pipeThrough(new DecompressionStream(format));
  // The status of a refusal is its most useful part.
  if (status >= 400) return null;
  throw new HttpFailure("broken", "UnsupportedContentEncoding");
}

async function* readBody(
  stream: ReadableStream<Uint8Array> | null,
  watch: Watch,
): AsyncGenerator<Uint8Array, void, void> {
  let ended = false;
  try {
    const reader = stream?.getReader();
    for (;;) {
      const next = await (reader === undefined ? null : watch.wait(reader.read()));
      if (next === null || next.done) break;
      yield next.value;
    }
    ended = true;
  } finally {
    if (!ended) watch.fail(new HttpFailure("aborted", null));
    watch.end();
  }
}

/** Ends the request if no server takes connections at its address. */
async function probe(url: URL, limitMs: number, watch: Watch): Promise<void> {
  if (await takesConnection(url, limitMs)) return;
  watch.fail(new HttpFailure("no-connection", "ETIMEDOUT"));
}

/**
 * Starts the threads that Bun makes requests with, for 6 MB of memory. Must be called before others can open
 * connections: if they leave no descriptor for it, Bun 1.4.4 ends the process instead of the request.
 */
export async function prepareHttpClient(): Promise<void> {
  const nowhere = { unix: "/dev/null/nowhere" };
  await fetch("http://localhost/", nowhere).catch(() => null);
}

/**
 * Sends a request and returns the answer as soon as its head is there, whatever its status. Follows no redirect, so
 * that a secret reaches no other server. Throws `HttpFailure`.
 */
export async function requestHttp(options: HttpClientRequest): Promise<HttpClientResponse> {
  const url = URL.parse(options.url);
  if (url === null) throw new HttpFailure("invalid", null);
  const watch = new Watch(options.signal, options.silenceMs);
  const { connectMs } = options;
  const impatience = setTimeout(() => void probe(url, connectMs, watch), connectMs);
  try {
    const request = fetch(url, {
      method: options.method,
      // Compressed pieces would have to wait for each other.
      headers: { "accept-encoding": "identity", ...options.headers },
      redirect: "manual",
      // A connection that was kept may be closed by now: Bun does not ask again, and a server may have begun.
      keepalive: false,
      // If it cannot, Bun 1.4.4 prints a line of its own on stderr.
      decompress: false,
      signal: watch.signal,
      // Bun's own limit, which cannot be told from a server that hangs up.
      timeout: false,
      ...(options.body === undefined ? {} : { body: options.body }),
    } as RequestInit);
    const response = await watch.wait(request);
    const { status, headers } = response;
    const body = readBody(decompress(response), watch);
    return { status, headers, proxy: proxyVariable(url), body };
  } catch (error) {
    watch.end();
    if (error instanceof HttpFailure) error.proxy = proxyVariable(url);
    throw error;
  } finally {
    clearTimeout(impatience);
  }
}
