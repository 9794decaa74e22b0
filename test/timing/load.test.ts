import { expect, test } from "bun:test";
import { join } from "node:path";
import { REPOSITORY } from "../support/executable.ts";
import { findFreePort, makeInstallation } from "../support/foreground-gateway.ts";
import { piecesOf } from "../support/pieces.ts";
import { waitFor } from "../support/program.ts";

/** Streams at a time through one gateway. */
const STREAMS = 200;
/** Milliseconds from one start to the next: all of them run at the same time for most of their life. */
const STAGGER_MS = 5;
/** Milliseconds that the gateway may add to the first token, at the median. */
const MOST_ADDED_MS = 5;
/** A machine that does something else at the same time gets another chance, and another. */
const ROUNDS = 5;
const MOST_RESIDENT_KB = 40 * 1024;

const BODY = JSON.stringify({
  model: "test",
  stream: true,
  messages: [{ role: "user", content: "hello" }],
});

/** The server in a process of its own, so that it does not compete with the measuring. */
async function startServerProcess() {
  const program = join(REPOSITORY, "test/support/model-server-main.ts");
  const child = Bun.spawn([process.execPath, program, "serve"], {
    stdin: "ignore",
    stdout: "pipe",
  });
  const { value } = await child.stdout.getReader().read();
  const baseUrl = new TextDecoder().decode(value).trim().replace("/v1", "/paced/v1");
  return { baseUrl, [Symbol.dispose]: () => child.kill() };
}

interface Streamed {
  readonly firstMs: number;
  readonly digest: string;
}

async function stream(baseUrl: string): Promise<Streamed> {
  const started = performance.now();
  const response = await fetch(`${baseUrl}/chat/completions`, { method: "POST", body: BODY });
  const digest = new Bun.CryptoHasher("sha256");
  let firstMs = Infinity;
  for await (const chunk of piecesOf(response)) {
    firstMs = Math.min(firstMs, performance.now() - started);
    digest.update(chunk);
  }
  return { firstMs, digest: digest.digest("hex") };
}

/** Starts streams one after the other, in turns at each of the addresses, and waits for all. */
async function streamMany(baseUrls: readonly string[]): Promise<readonly (readonly Streamed[])[]> {
  return Promise.all(
    baseUrls.map((baseUrl, place) =>
      Promise.all(
        Array.from({ length: STREAMS }, async (_, index) => {
          await Bun.sleep((index + place / baseUrls.length) * STAGGER_MS);
          return stream(baseUrl);
        }),
      ),
    ),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((first, second) => first - second)[values.length >> 1] ?? NaN;
}

async function residentKb(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}

test("200 streams through one gateway lose no byte and wait under 5 ms longer for the first token", async () => {
  using server = await startServerProcess();
  const port = findFreePort();
  using installation = makeInstallation();
  const model = `{base_url: '${server.baseUrl}', name: test}`;
  installation.write("config.yaml", `model: ${model}\ngateway: {port: ${port}}\n`);
  await installation.run();
  const added: number[] = [];
  while (added.length < ROUNDS && !added.some((one) => one < MOST_ADDED_MS)) {
    const [direct = [], through = []] = await streamMany([
      server.baseUrl,
      `http://127.0.0.1:${port}/v1`,
    ]);
    expect(through.length).toBe(STREAMS);
    expect(new Set([...direct, ...through].map(({ digest }) => digest)).size).toBe(1);
    const firstMs = (streams: readonly Streamed[]) => median(streams.map((one) => one.firstMs));
    added.push(firstMs(through) - firstMs(direct));
  }
  expect(Math.min(...added)).toBeLessThan(MOST_ADDED_MS);
});

test("an idle gateway takes at most 40 MB", async () => {
  using installation = makeInstallation();
  const model = "{base_url: 'http://127.0.0.1:9/v1', name: test, api_key: x}";
  installation.write("config.yaml", `model: ${model}\ngateway: {port: ${findFreePort()}}\n`);
  installation.write("SOUL.md", "You are terse.\n".repeat(100));
  const gateway = await installation.run();
  // What its start needed is given back a moment later.
  const isSmall = async () => (await residentKb(gateway.pid)) < MOST_RESIDENT_KB;
  await waitFor("the gateway to be idle", isSmall);
});
