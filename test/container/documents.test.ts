import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import * as v from "valibot";
import { EVENT_KINDS } from "../../src/gateway/record/event.ts";
import { GATEWAY_STATES } from "../../src/status/gateway-state.ts";
import { namesOf, readTables, saidOf } from "../support/documents.ts";
import { REPOSITORY } from "../support/executable.ts";
import type { Container } from "./harness/container.ts";
import { readEngine } from "./harness/engine.ts";
import { runProgram } from "./harness/run-program.ts";
import { bootContainer } from "./support/booted.ts";

const CONFIG = `model:
  base_url: http://127.0.0.1:9/v1
  name: small
`;

let container: Container;
/** A container in which something has happened: `coder` crashes. */
beforeAll(async () => {
  container = await bootContainer({ env: { HERMES_AGENT: "/bin/false" } });
  await container.execOk("hermes", ["hermes", "profile", "create", "coder"]);
  const config = `printf '%s' "$1" >/opt/data/profiles/coder/config.yaml`;
  await container.execOk("hermes", ["sh", "-c", config, "sh", CONFIG]);
  expect((await container.exec("hermes", ["hermes", "-p", "coder", "gateway", "start"])).code).toBe(
    1,
  );
});
afterAll(async () => {
  await container.remove();
});

const objectSchema = v.record(v.string(), v.unknown());
const listSchema = v.pipe(v.array(objectSchema), v.minLength(1));
const object = (value: unknown) => v.parse(objectSchema, value);
const list = (value: unknown) => v.parse(listSchema, value);
const keysOf = (value: unknown) => Object.keys(object(value)).toSorted();
const last = (value: unknown) => list(value).at(-1);

const run = async (...words: readonly string[]) =>
  (await container.exec("hermes", ["hermes", ...words])).stdout;
const json = async (...words: readonly string[]) =>
  object(JSON.parse(await run(...words, "--json")));

/** Each key of an object is named in what a document says of it. */
function expectNamed(value: unknown, says: readonly string[]): void {
  expect(keysOf(value).filter((key) => !says.includes(key))).toEqual([]);
}

test("status, gateway status and gateway list have the fields of docs/status-json.md, and no others", async () => {
  const [whole, service, gateway, conditions, detail, brief] = readTables("status-json.md");
  const status = await json("status");
  expect(keysOf(status)).toEqual([...namesOf(whole)]);
  for (const one of list(status["services"])) expect(keysOf(one)).toEqual([...namesOf(service)]);
  for (const one of list(status["gateways"])) expect(keysOf(one)).toEqual([...namesOf(gateway)]);
  expect(namesOf(conditions)).toEqual(GATEWAY_STATES.toSorted());
  const one = await json("-p", "coder", "gateway", "status");
  expect(keysOf(one)).toEqual([...namesOf(gateway), ...namesOf(detail)].toSorted());
  expectNamed(one["lastExit"], saidOf(gateway, "lastExit"));
  expectNamed(last(one["exitHistory"]), saidOf(gateway, "lastExit"));
  const brieflyAll = await json("gateway", "list");
  expect(keysOf(brieflyAll)).toEqual([...namesOf(brief)]);
  expect(keysOf(last(brieflyAll["gateways"]))).toEqual(saidOf(brief, "gateways").toSorted());
});

test("profile list and show have the fields of docs/profile-json.md, and no others", async () => {
  const [whole, profile, more] = readTables("profile-json.md");
  const all = await json("profile", "list");
  expect(keysOf(all)).toEqual([...namesOf(whole)]);
  for (const one of list(all["profiles"])) {
    expect(keysOf(one)).toEqual([...namesOf(profile)]);
    expectNamed(one["gateway"], saidOf(profile, "gateway"));
  }
  const shown = await json("profile", "show", "coder");
  expect(keysOf(shown)).toEqual([...namesOf(profile), ...namesOf(more)].toSorted());
  for (const field of ["model", "contents"]) expectNamed(shown[field], saidOf(more, field));
});

/** Checks that are only asked where there is something to ask about. */
const RARE = ["current-profile", "dashboard", "event-hook", "interrupted", "renames"];

test("doctor has the fields and the checks of docs/doctor-json.md, and no others", async () => {
  const [whole, checks] = readTables("doctor-json.md");
  await container.execOk("hermes", ["rmdir", "/opt/data/profiles/coder/skills"]);
  const report = await json("doctor", "--fix");
  expect(keysOf(report)).toEqual([...namesOf(whole)]);
  expectNamed(report["gateways"], saidOf(whole, "gateways"));
  expectNamed(last(report["repairs"]), saidOf(whole, "repairs"));
  const asked = new Set(list(report["findings"]).map(({ check }) => String(check)));
  expect([...asked, ...RARE].toSorted()).toEqual([...namesOf(checks)]);
});

test("events have the fields and the kinds of docs/events.md, and no others", async () => {
  const [fields, kinds] = readTables("events.md");
  const lines = (await run("gateway", "events", "--all", "--json")).trim().split("\n");
  const events = lines.map((line) => object(JSON.parse(line)));
  expect(events.map(({ event }) => event)).toContain("crashed");
  for (const event of events) {
    expect(keysOf(event)).toEqual([...namesOf(fields)]);
    if (event["exit"] !== null) expectNamed(event["exit"], saidOf(fields, "exit"));
  }
  expect(namesOf(kinds)).toEqual(EVENT_KINDS.toSorted());
});

test("status --prometheus has the metrics and the labels of docs/metrics.md, and no others", async () => {
  const [metrics] = readTables("metrics.md");
  const text = await run("status", "--prometheus");
  const types = [...text.matchAll(/^# TYPE (\S+) \S+$/gm)].map(([, name = ""]) => name);
  expect(types.toSorted()).toEqual([...namesOf(metrics)]);
  const samples = [...text.matchAll(/^(\w+)\{(.*)\} \S+$/gm)];
  expect(samples.length).toBeGreaterThan(types.length);
  for (const [, name = "", labels = ""] of samples) {
    const named = [...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label);
    expect(named.filter((label) => !saidOf(metrics, name).includes(label))).toEqual([]);
  }
});

test("docs/images/status.svg shows what hermes status prints on a terminal", async () => {
  const picture = join(REPOSITORY, "scripts/picture");
  const { code, stderr } = await runProgram([picture, "--check", "--image", readEngine().image]);
  expect(code === 0 ? "" : stderr).toBe("");
});
