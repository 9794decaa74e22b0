import { expect, test } from "bun:test";
import { OUTPUT_ONLY, prepareLog } from "../../../src/gateway/log-command.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const DIRECTORY = "/vol/logs/gateways/coder";

test("prepareLog() logs to the output and, with 10 archives of 1 MB, to the volume", () => {
  const host = new FakeHost();
  expect(prepareLog(host, "/vol", CODER)).toEqual([
    ...OUTPUT_ONLY,
    "n10",
    "s1000000",
    "t",
    DIRECTORY,
  ]);
  expect(host.files.listDirectory(DIRECTORY)).toEqual({ kind: "names", names: [] });
});

test("prepareLog() logs to the output alone where the volume takes no log, and says so", () => {
  const host = new FakeHost();
  host.disk.putDirectory(DIRECTORY);
  host.disk.fail(DIRECTORY, "write", "ENOSPC");
  expect(prepareLog(host, "/vol", CODER)).toEqual(OUTPUT_ONLY);
  expect(host.notes).toEqual([
    `warning: gateway 'coder' logs to the container's output only: ${DIRECTORY}: no space left on device`,
  ]);
});

test("prepareLog() is not stopped by a file where its directory should be", () => {
  const host = new FakeHost();
  host.disk.putFile("/vol/logs", "");
  expect(prepareLog(host, "/vol", CODER)).toEqual(OUTPUT_ONLY);
  expect(host.notes.length).toBe(1);
});

test("prepareLog() is not confused by a probe that was left behind", () => {
  const host = new FakeHost();
  host.disk.putFile(`${DIRECTORY}/.writable`, "x");
  expect(prepareLog(host, "/vol", CODER).length).toBe(6);
  expect(host.disk.has(`${DIRECTORY}/.writable`)).toBe(false);
});
