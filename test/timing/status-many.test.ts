import { expect, test } from "bun:test";
import { isJsonObject, parseJson } from "../../src/core/json.ts";
import { S6Tree } from "../support/s6-tree.ts";
import { waitFor } from "../support/program.ts";

/** s6 2.11 takes 500 services unless it is told. */
const TAKE_1000 = `
ulimit -n 8192
case $(s6-svscan --version 2>&1 || :) in *" -c "*) SVSCAN_FLAGS="-c 1000" ;; esac
`;

function readGateways(text: string): readonly Readonly<Record<string, unknown>>[] {
  const value = parseJson(text);
  const list: unknown = isJsonObject(value) ? value["gateways"] : null;
  if (!Array.isArray(list)) throw new Error(`no list of gateways in ${text}`);
  return list.filter((one) => isJsonObject(one));
}

test("hermes status lists 300 gateways in under 300 ms, and says what s6-svstat says", async () => {
  await using tree = await S6Tree.start({ prepare: TAKE_1000 });
  for (let index = 0; index < 298; index += 1) tree.addProfile(`p${index}`);
  tree.addProfile("up", '{"desired_state": "running"}');
  expect((await tree.boot("reconcile")).stderr).toContain("1 started, 299 registered");
  await waitFor("the gateway", async () => (await tree.status("up"))?.ready === true);
  await waitFor(
    "the supervisors",
    async () => !(await tree.hermes("gateway", "list")).stdout.includes("not-registered"),
  );
  const runs = [];
  for (let run = 0; run < 5; run += 1) runs.push(await tree.hermes("status", "--json"));
  // The fastest: what else the machine does is not what is measured.
  expect(Math.min(...runs.map(({ milliseconds }) => milliseconds))).toBeLessThan(300);
  const gateways = readGateways(runs[0]?.stdout ?? "");
  expect(gateways).toHaveLength(300);
  const others = gateways.filter(({ profile }) => profile !== "up");
  expect(new Set(others.map(({ state, pid }) => `${String(state)} ${String(pid)}`))).toEqual(
    new Set(["down null"]),
  );
  const pid = (await tree.status("up"))?.pid;
  expect(gateways.find(({ profile }) => profile === "up")).toMatchObject({ state: "ready", pid });
}, 120_000);

test("hermes status of many gateways notices a change at once", async () => {
  await using tree = await S6Tree.start();
  for (let index = 0; index < 12; index += 1) tree.addProfile(`p${index}`);
  await tree.boot("reconcile");
  const condition = async (name: string) => {
    const gateways = readGateways((await tree.hermes("status", "--json")).stdout);
    return gateways.find(({ profile }) => profile === name)?.["state"];
  };
  await tree.hermes("-p", "p7", "gateway", "start");
  expect(await condition("p7")).toBe("ready");
  await tree.hermes("-p", "p7", "gateway", "stop");
  expect(await condition("p7")).toBe("down");
}, 60_000);
