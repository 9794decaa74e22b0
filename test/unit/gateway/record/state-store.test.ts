import { expect, test } from "bun:test";
import {
  readDesiredState,
  readState,
  writeState,
} from "../../../../src/gateway/record/state-store.ts";
import { parseJson } from "../../../../src/core/json.ts";
import { FakeHost } from "../../../support/fake-host.ts";

const FILE = "/vol/gateway_state.json";

function volume(text?: string): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/vol");
  if (text !== undefined) host.disk.putFile(FILE, text);
  return host;
}

const written = (host: FakeHost) => parseJson(host.disk.text(FILE) ?? "");

test("readState() says missing if there is no file", () => {
  expect(readState(volume(), "/vol")).toEqual({ kind: "missing" });
});

test("readState() refuses a file larger than 1 MiB without reading it", () => {
  const host = volume();
  host.disk.putFile(FILE, '{"desired_state": "running"}', { size: 200_000_000 });
  expect(readState(host, "/vol")).toEqual({
    kind: "unreadable",
    reason: "state file is larger than 1048576 bytes",
  });
});

test("writeState() changes its keys, keeps the others and dates the file", () => {
  const host = volume('{"gateway_state": "running", "platform": {"a": 1}}');
  writeState(host, "/vol", { desired_state: "stopped" });
  expect(written(host)).toEqual({
    gateway_state: "running",
    platform: { a: 1 },
    desired_state: "stopped",
    updated_at: "2026-11-20T07:23:05.000Z",
  });
});

test("writeState() replaces a file that could not be read", () => {
  const host = volume("[]");
  writeState(host, "/vol", { desired_state: "running" });
  expect(written(host)).toMatchObject({ desired_state: "running" });
});

test("writeState() replaces a dangling link and never writes through it", () => {
  const host = volume();
  host.disk.putLink(FILE, "/etc/passwd");
  host.disk.putFile("/etc/passwd", "root:x:0:0");
  writeState(host, "/vol", { desired_state: "running" });
  expect(host.disk.text("/etc/passwd")).toBe("root:x:0:0");
  expect(written(host)).toMatchObject({ desired_state: "running" });
});

test("writeState() puts a directory aside with what is in it", () => {
  const host = volume();
  host.disk.putFile(`${FILE}/inside`, "kept");
  writeState(host, "/vol", { desired_state: "running" });
  expect(written(host)).toMatchObject({ desired_state: "running" });
  expect(host.disk.text(`${FILE}.not-a-file/inside`)).toBe("kept");
});

test("writeState() keeps the last directory that it put aside, not every one", () => {
  const host = volume();
  host.disk.putFile(`${FILE}.not-a-file/old`, "");
  host.disk.putFile(`${FILE}/new`, "");
  writeState(host, "/vol", { desired_state: "running" });
  expect(host.disk.has(`${FILE}.not-a-file/old`)).toBe(false);
  expect(host.disk.has(`${FILE}.not-a-file/new`)).toBe(true);
  expect(host.files.readStatus(FILE)).toMatchObject({ kind: "file", mode: 0o644 });
});

test("writeState() throws the system's error if the volume refuses", () => {
  const host = volume("{}");
  host.disk.fail("/vol", "write", "EROFS");
  expect(() => writeState(host, "/vol", { desired_state: "running" })).toThrow("EROFS");
});

test("readDesiredState() is null if the file cannot be trusted", () => {
  expect(readDesiredState(volume('{"desired_state": "running"}'), "/vol")).toBe("running");
  expect(readDesiredState(volume('{"gateway_state": "running"}'), "/vol")).toBeNull();
  expect(readDesiredState(volume("null"), "/vol")).toBeNull();
  expect(readDesiredState(volume(), "/vol")).toBeNull();
});
