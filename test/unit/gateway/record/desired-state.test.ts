import { expect, test } from "bun:test";
import {
  writeDesiredState,
  recordDesiredState,
  restoreDesiredState,
} from "../../../../src/gateway/record/desired-state.ts";
import { DEFAULT_PROFILE } from "../../../../src/profiles/name.ts";
import { readDesiredState } from "../../../../src/gateway/record/state-store.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");
const PROFILE = "/vol/profiles/coder";
const STATE = `${PROFILE}/gateway_state.json`;

function image(): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putDirectory(PROFILE);
  return host;
}

test("recordDesiredState() puts the desired state on the volume and keeps every other key", () => {
  const host = image();
  host.disk.putFile(STATE, '{"gateway_state":"running","x":1}');
  expect(recordDesiredState(host, "/vol", CODER, "stopped")).toBeNull();
  expect(JSON.parse(host.disk.text(STATE) ?? "")).toMatchObject({
    gateway_state: "running",
    desired_state: "stopped",
    x: 1,
  });
});

test("recordDesiredState() says why the desired state is not on a full disk", () => {
  const host = image();
  host.disk.fail("/vol", "write", "ENOSPC");
  expect(recordDesiredState(host, "/vol", CODER, "running")).toBe("no space left on device");
});

test("recordDesiredState() needs no run-time directory", () => {
  const host = image();
  host.disk.fail("/run/hermes", "write", "ENOSPC");
  expect(recordDesiredState(host, "/vol", CODER, "running")).toBeNull();
  expect(readDesiredState(host, PROFILE)).toBe("running");
});

test.each([
  '{"gateway_state":"running"}',
  '{"gateway_state":"running","desired_state":"stopped"}',
  "garbage",
])("restoreDesiredState() puts back what a gateway wrote over: %s", (text) => {
  const host = image();
  recordDesiredState(host, "/vol", CODER, "running");
  host.disk.putFile(STATE, text);
  expect(restoreDesiredState(host, "/vol", CODER)).toBeNull();
  expect(readDesiredState(host, PROFILE)).toBe("running");
});

test("restoreDesiredState() leaves a profile alone without an order in this life of the container", () => {
  const host = image();
  host.disk.putFile(STATE, '{"desired_state":"running"}');
  recordDesiredState(host, "/vol", DEFAULT_PROFILE, "stopped");
  host.disk.putFile("/run/hermes/gateway-coder.desired-state", "whatever\n");
  const before = host.disk.snapshot();
  expect(restoreDesiredState(host, "/vol", CODER)).toBeNull();
  expect(host.disk.snapshot()).toEqual(before);
});

test("writeDesiredState() says why it could not be recorded", () => {
  const host = image();
  host.disk.putFile(STATE, "{}");
  host.disk.fail(PROFILE, "write", "ENOSPC");
  expect(writeDesiredState(host, PROFILE, "stopped")).toBe("no space left on device");
});

test("writeDesiredState() writes nothing if the file says so already", () => {
  const host = image();
  host.disk.putFile(STATE, '{"desired_state":"running"}');
  host.disk.fail("/vol", "write", "EROFS");
  expect(writeDesiredState(host, PROFILE, "running")).toBeNull();
});
