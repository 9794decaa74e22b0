import { expect, test } from "bun:test";
import { clearRun } from "../../../src/boot/clear-run.ts";
import { FakeHost } from "../../support/fake-host.ts";

function leftover(uid: number): FakeHost {
  const host = new FakeHost({ uid });
  host.disk.putDirectory("/run", { uid: 0, mode: 0o1777 });
  host.disk.putFile("/run/hermes-boot/main.json", "{}");
  host.disk.putFile("/run/hermes/coder.sock", "");
  host.disk.putFile("/run/else", "");
  return host;
}

test("clearRun() takes away what an earlier run left, and makes the boot's directory", () => {
  const host = leftover(0);
  clearRun(host);
  expect(host.disk.has("/run/hermes")).toBe(false);
  expect(host.files.listDirectory("/run/hermes-boot")).toEqual({ kind: "names", names: [] });
  expect(host.disk.has("/run/else")).toBe(true);
  expect(host.notes).toEqual([]);
});

test("clearRun() as root closes /run to everybody else; hermes leaves it as it is", () => {
  const root = leftover(0);
  clearRun(root);
  expect(root.files.readStatus("/run")).toMatchObject({ uid: 0, gid: 0, mode: 0o755 });
  const hermes = leftover(10_000);
  clearRun(hermes);
  expect(hermes.files.readStatus("/run")?.mode).toBe(0o1777);
});

test("clearRun() warns if others may go on writing to /run, and ends nothing", () => {
  const host = leftover(0);
  host.disk.fail("/run", "write", "EPERM");
  clearRun(host);
  expect(host.notes).toEqual(["hermes: warning: others may write to /run"]);
});
