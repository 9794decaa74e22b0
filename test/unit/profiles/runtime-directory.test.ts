import { expect, test } from "bun:test";
import {
  ensureRuntimeDirectory,
  gatewayFilePath,
  removeGatewayFiles,
  runtimeDirectory,
} from "../../../src/profiles/runtime-directory.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");

const onHost = (uid = 1000) => new FakeHost({ uid, environment: { XDG_RUNTIME_DIR: "/run/user" } });

test("runtimeDirectory() is /run/hermes if the image has it", () => {
  const host = onHost();
  host.disk.putDirectory("/run/hermes");
  expect(runtimeDirectory(host)).toBe("/run/hermes");
});

test("runtimeDirectory() is XDG_RUNTIME_DIR/hermes on a host, else one under /tmp by uid", () => {
  expect(runtimeDirectory(onHost())).toBe("/run/user/hermes");
  expect(runtimeDirectory(new FakeHost({ uid: 7 }))).toBe("/tmp/hermes-7");
  const relative = new FakeHost({ uid: 7, environment: { XDG_RUNTIME_DIR: "run" } });
  expect(runtimeDirectory(relative)).toBe("/tmp/hermes-7");
});

test("ensureRuntimeDirectory() makes it", () => {
  const host = new FakeHost({ uid: 0, environment: { XDG_RUNTIME_DIR: "/run/user" } });
  expect(ensureRuntimeDirectory(host)).toBe("/run/user/hermes");
  expect(host.files.readStatus("/run/user/hermes")?.mode).toBe(0o700);
});

test("ensureRuntimeDirectory() takes one of our own, and as root one of anybody", () => {
  for (const uid of [7, 0]) {
    const host = new FakeHost({ uid, environment: { XDG_RUNTIME_DIR: "/run/user" } });
    host.disk.putDirectory("/run/user/hermes", { uid: 7 });
    expect(ensureRuntimeDirectory(host)).toBe("/run/user/hermes");
  }
});

test("ensureRuntimeDirectory() refuses one that another user made", () => {
  const host = new FakeHost({ uid: 7 });
  host.disk.putDirectory("/tmp/hermes-7", { uid: 8 });
  expect(() => ensureRuntimeDirectory(host)).toThrow("it is not ours");
});

test("ensureRuntimeDirectory() refuses a link, even to a directory of ours", () => {
  const host = new FakeHost({ uid: 7 });
  host.disk.putDirectory("/home/ada", { uid: 7 });
  host.disk.putLink("/tmp/hermes-7", "/home/ada", { uid: 7 });
  expect(() => ensureRuntimeDirectory(host)).toThrow("it is not ours");
});

test("ensureRuntimeDirectory() says what the system said", () => {
  const host = onHost();
  host.disk.fail("/run/user", "write", "EACCES");
  expect(() => ensureRuntimeDirectory(host)).toThrow(
    "Cannot make the run-time directory /run/user/hermes: permission denied",
  );
});

test("gatewayFilePath() is the gateway's own", () => {
  expect(gatewayFilePath("/run/hermes", CODER, "sock")).toBe("/run/hermes/gateway-coder.sock");
  expect(gatewayFilePath("/run/hermes", CODER, "lock")).toBe("/run/hermes/gateway-coder.lock");
});

test("removeGatewayFiles() forgets a gateway that is gone with everything of its name, and leaves the others", () => {
  const host = new FakeHost();
  for (const file of [
    "end",
    "exits.json",
    "desired-state",
    "lock",
    "restart.lock",
    "sock",
    "new-kind",
  ]) {
    host.disk.putFile(`/run/hermes/gateway-coder.${file}`, "x");
    host.disk.putFile(`/run/hermes/gateway-coder2.${file}`, "x");
  }
  host.disk.putFile("/run/hermes/.gateway-coder.desired-state.tmp-7", "x");
  removeGatewayFiles(host, CODER);
  removeGatewayFiles(host, CODER);
  const { names } = { names: [], ...host.files.listDirectory("/run/hermes") };
  expect(names.filter((name: string) => !name.includes("coder2"))).toEqual([]);
  expect(names).toHaveLength(7);
});
