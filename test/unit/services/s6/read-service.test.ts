import { expect, test } from "bun:test";
import { readService } from "../../../../src/services/s6/status.ts";
import { TEST_TIME } from "../../../support/fake-clock.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { installS6, type FakeService } from "../../../support/fake-s6.ts";
import { statusBytes } from "../../../support/status-bytes.ts";

const SCAN = "/run/service";
const names = Array.from({ length: 20 }, (_, index) => `gateway-p${index}`);
const UP: Partial<FakeService> = { up: true, wantedUp: true, ready: true, pid: 5 };
const UP_BYTES = { since: TEST_TIME - 7000, readySince: TEST_TIME - 7000, pid: 5, flags: 4 + 8 };

/** Services that are all up, for s6-svstat and in their files. */
function scan() {
  const host = new FakeHost();
  const s6 = installS6(host);
  const put = (name: string, bytes: Uint8Array) =>
    host.disk.putFile(`${SCAN}/${name}/supervise/status`, bytes);
  for (const name of names) {
    host.disk.putDirectory(`${SCAN}/${name}`);
    s6.supervise(`${SCAN}/${name}`, UP);
    put(name, statusBytes(UP_BYTES));
  }
  const asked = () => host.table.commands.filter(([program]) => program?.endsWith("s6-svstat"));
  return {
    host,
    s6,
    put,
    asked,
    read: () => Promise.all(names.map((name) => readService(host, name))),
  };
}

test("readService() reads s6-supervise's files and starts no process", async () => {
  const { asked, put, read } = scan();
  put("gateway-p7", statusBytes({ ...UP_BYTES, pid: 0, flags: 0 }));
  const readings = await read();
  expect(asked()).toEqual([]);
  expect(readings).toHaveLength(20);
  expect(readings[3]).toMatchObject({ kind: "supervised", status: { up: true, pid: 5 } });
  expect(readings[7]).toMatchObject({ kind: "supervised", status: { up: false, pid: null } });
});

test("readService() asks s6-svstat about a file of no kind it knows, and that one alone", async () => {
  const { asked, put, read } = scan();
  put("gateway-p4", new Uint8Array(50));
  const readings = await read();
  expect(asked().map((command) => command.at(-1))).toEqual([`${SCAN}/gateway-p4`]);
  expect(readings[4]).toMatchObject({ kind: "supervised", status: { pid: 5 } });
});

test("readService() reads a service whose control is root's alone", async () => {
  const { host, asked, read } = scan();
  host.disk.putFifo(`${SCAN}/gateway-p2/supervise/control`, "not-permitted");
  expect((await read())[2]).toMatchObject({ kind: "supervised", status: { pid: 5 } });
  expect(asked()).toEqual([]);
});

test("readService() believes no file of a service without a supervisor", async () => {
  const { host, s6, read } = scan();
  host.disk.putFifo(`${SCAN}/gateway-p2/supervise/control`, "absent");
  s6.services.delete(`${SCAN}/gateway-p2`);
  expect((await read())[2]).toEqual({ kind: "not-registered" });
});
