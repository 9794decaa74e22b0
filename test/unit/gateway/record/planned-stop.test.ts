import { expect, test } from "bun:test";
import {
  removePlannedStop,
  writePlannedStop,
} from "../../../../src/gateway/record/planned-stop.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const TARGET = { pid: 50, startTime: 5000 };

test.each([
  ["default", "/vol/.gateway-planned-stop.json"],
  ["coder", "/vol/profiles/coder/.gateway-planned-stop.json"],
])("writePlannedStop() of %s writes %s, and removePlannedStop() removes it", (name, path) => {
  const host = new FakeHost();
  host.disk.putDirectory("/vol/profiles/coder");
  writePlannedStop(host, "/vol", profileName(name), TARGET);
  expect(JSON.parse(host.disk.text(path) ?? "null")).toMatchObject({
    target_pid: 50,
    target_start_time: 5000,
  });
  removePlannedStop(host, "/vol", profileName(name));
  expect(host.files.exists(path)).toBe(false);
});

test("removePlannedStop() is content if the agent has removed it", () => {
  const host = new FakeHost();
  host.disk.putDirectory("/vol");
  removePlannedStop(host, "/vol", profileName("default"));
  expect(host.files.exists("/vol")).toBe(true);
});
