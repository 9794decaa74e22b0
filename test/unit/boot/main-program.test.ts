import { expect, test } from "bun:test";
import { readMainProgram, recordMainProgram } from "../../../src/boot/main-program.ts";
import { FakeHost } from "../../support/fake-host.ts";

const FILE = "/run/hermes-boot/main.json";

test("readMainProgram() reads what recordMainProgram() wrote", () => {
  const host = new FakeHost({ uid: 0 });
  recordMainProgram(host);
  expect(readMainProgram(host)).toEqual({ pid: 4242, startTime: 424_200 });
});

test("readMainProgram() is null where none was started", () => {
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
  const host = new FakeHost();
  host.disk.fail("/run", "write", "EACCES");
  recordMainProgram(host);
  expect(host.notes).toEqual([`warning: cannot write ${FILE}: permission denied`]);
});
