import { resolve } from "node:path";
import { expect } from "bun:test";
import { REPOSITORY } from "../../support/executable.ts";
import type { Container } from "../harness/container.ts";
import type { ProgramResult } from "../harness/run-program.ts";
import { waitFor } from "../harness/wait-for.ts";

/** The port of the model's server inside of a container; nothing outside reaches it. */
const MODEL_PORT = 9000;
const PROGRAM = "/srv/model-server";

/** A mount for the model's server as one executable; scripts/test compiles it. */
export const MODEL_VOLUME = `${resolve(
  REPOSITORY,
  process.env["HERMES_TEST_MODEL_SERVER"] ?? "dist/model-server",
)}:${PROGRAM}:ro`;

/** Starts the model's server in a container and waits until it answers. */
export async function startModel(container: Container, key = ""): Promise<void> {
  await container.execOk("hermes", [
    "sh",
    "-c",
    `setsid ${PROGRAM} serve ${MODEL_PORT} '${key}' >/dev/null 2>&1 &`,
  ]);
  await waitFor(async () => (await ask(container, modelUrl(), "/models")).status === 200, {
    what: "the model's server",
  });
}

/** The base URL of a model with this mood. */
export function modelUrl(mood?: string): string {
  return `http://127.0.0.1:${MODEL_PORT}${mood === undefined ? "" : `/${mood}`}/v1`;
}

export interface Asked extends ProgramResult {
  /** NaN where nobody answered. */
  readonly status: number;
  readonly body: string;
}

/** Sends a request inside of a container, to a URL or to a Unix socket. */
export async function ask(
  container: Container,
  target: string,
  path: string,
  question?: unknown,
  user = "hermes",
): Promise<Asked> {
  const body = question === undefined ? [] : [JSON.stringify(question)];
  const result = await container.exec(user, [PROGRAM, "ask", target, path, ...body]);
  const end = result.stdout.indexOf("\n");
  const status = Number.parseInt(result.stdout.slice(0, end), 10);
  return { ...result, status, body: result.stdout.slice(end + 1) };
}

/** Writes a profile's `config.yaml` and `.env`, as hermes. */
export async function configure(
  container: Container,
  directory: string,
  config: string,
  environment = "",
): Promise<void> {
  const script = 'cd "$1" && printf %s "$2" >config.yaml && printf %s "$3" >.env';
  const { code, stderr } = await container.exec("hermes", [
    "sh",
    "-c",
    script,
    "sh",
    directory,
    config,
    environment,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

/** Waits until the model has seen so many requests. */
export async function waitForRequest(container: Container, count = 1): Promise<void> {
  await waitFor(
    async () => {
      const seen: unknown = JSON.parse((await ask(container, modelUrl(), "/../requests")).body);
      return Array.isArray(seen) && seen.length >= count;
    },
    { what: `${count} requests at the model` },
  );
}
