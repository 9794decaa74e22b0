import { expect, test } from "bun:test";
import {
  recordIntent,
  recordRequest,
  restoreIntent,
} from "../../../../src/gateway/record/desired-state.ts";
import { DEFAULT_PROFILE } from "../../../../src/profiles/name.ts";
import { readIntent } from "../../../../src/gateway/record/state-store.ts";
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

test("recordRequest() puts the intent on the volume and keeps every other key", () => {
  const host = image();
  host.disk.putFile(STATE, '{"gateway_state":"running","x":1}');
  expect(recordRequest(host, "/vol", CODER, "stopped")).toEqual({ kind: "recorded" });
  expect(JSON.parse(host.disk.text(STATE) ?? "")).toMatchObject({
    gateway_state: "running",
    desired_state: "stopped",
    x: 1,
  });
});

test("recordRequest() says why the intent is not on a full disk", () => {
  const host = image();
  host.disk.fail("/vol", "write", "ENOSPC");
  expect(recordRequest(host, "/vol", CODER, "running")).toEqual({
    kind: "not-recorded",
    reason: "no space left on device",
  });
});

test("recordRequest() needs no run-time directory", () => {
  const host = image();
  host.disk.fail("/run/hermes", "write", "ENOSPC");
  expect(recordRequest(host, "/vol", CODER, "running")).toEqual({ kind: "recorded" });
  expect(readIntent(host, PROFILE)).toBe("running");
});

test.each([
  '{"gateway_state":"running"}',
  '{"gateway_state":"running","desired_state":"stopped"}',
  "garbage",
])("restoreIntent() puts back what a gateway wrote over: %s", (text) => {
  const host = image();
  recordRequest(host, "/vol", CODER, "running");
  host.disk.putFile(STATE, text);
  expect(restoreIntent(host, "/vol", CODER)).toEqual({ kind: "recorded" });
  expect(readIntent(host, PROFILE)).toBe("running");
});

test("restoreIntent() leaves a profile alone that nobody commanded in this life of the container", () => {
  const host = image();
  host.disk.putFile(STATE, '{"desired_state":"running"}');
  recordRequest(host, "/vol", DEFAULT_PROFILE, "stopped");
  host.disk.putFile("/run/hermes/gateway-coder.intent", "whatever\n");
  const before = host.disk.snapshot();
  expect(restoreIntent(host, "/vol", CODER)).toEqual({ kind: "recorded" });
  expect(host.disk.snapshot()).toEqual(before);
});

test("recordIntent() says why it could not be recorded", () => {
  const host = image();
  host.disk.putFile(STATE, "{}");
  host.disk.fail(PROFILE, "write", "ENOSPC");
  expect(recordIntent(host, PROFILE, "stopped")).toEqual({
    kind: "not-recorded",
    reason: "no space left on device",
  });
});

test("recordIntent() writes nothing where the file says so already", () => {
  const host = image();
  host.disk.putFile(STATE, '{"desired_state":"running"}');
  host.disk.fail("/vol", "write", "EROFS");
  expect(recordIntent(host, PROFILE, "running")).toEqual({ kind: "recorded" });
});
