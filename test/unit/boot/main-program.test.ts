import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { readMainProgram, recordMainProgram } from "../../../src/boot/main-program.ts";
import { FakeHost } from "../../support/fake-host.ts";

const FILE = "/run/hermes-boot/main.json";

const INIT = ["/bin/sh", "/usr/local/lib/hermes/plain/boot", MAIN_WRAPPER, "bash"];

/** A process whose parent has these words in its command line. */
function below(parent: readonly string[], uid = 0): FakeHost {
  const host = new FakeHost({ uid });
  host.table.start(17, { argv: parent });
  host.table.start(host.self.pid, { parent: 17 });
  return host;
}

test("readMainProgram() reads what recordMainProgram() wrote", () => {
  const host = below(INIT);
  recordMainProgram(host);
  expect(readMainProgram(host)).toEqual({ pid: 4242, startTime: 424_200 });
});

test("recordMainProgram() replaces what an earlier run of the container left", () => {
  const host = below(INIT);
  host.disk.putFile(FILE, '{"pid": 4242, "startTime": 1}');
  recordMainProgram(host);
  expect(readMainProgram(host)).toEqual({ pid: 4242, startTime: 424_200 });
});

test("recordMainProgram() notes nothing of a process that the init did not start", () => {
  for (const uid of [0, 10_000]) {
    const host = below(["bash"], uid);
    host.disk.fail("/run", "write", "EACCES");
    recordMainProgram(host);
    expect(readMainProgram(host)).toBeNull();
    expect(host.notes).toEqual([]);
  }
});

test("recordMainProgram() is silent if the same process is noted already", () => {
  const host = below(INIT, 10_000);
  host.disk.putFile(FILE, '{"pid": 4242, "startTime": 424200}');
  host.disk.fail("/run", "write", "EACCES");
  recordMainProgram(host);
  expect(host.notes).toEqual([]);
});

test("readMainProgram() is null if none was started", () => {
  expect(readMainProgram(new FakeHost())).toBeNull();
});

test.each(["", "null", "[]", '{"pid": 1}', '{"pid": "1", "startTime": 2}'])(
  "readMainProgram() does not believe %j",
  (text) => {
    const host = new FakeHost();
    host.disk.putFile(FILE, text);
    expect(readMainProgram(host)).toBeNull();
  },
);

test("recordMainProgram() lives with a directory that takes no writes", () => {
  const host = below(INIT);
  host.disk.fail("/run", "write", "EACCES");
  recordMainProgram(host);
  expect(host.notes).toEqual([`warning: cannot write ${FILE}: permission denied`]);
});
