import { expect, test } from "bun:test";
import {
  announceEnd,
  readEndNotice,
  withdrawEnd,
} from "../../../../src/gateway/record/stop-notice.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");
const TARGET = { pid: 50, startTime: 5000 };
const PATH = "/run/hermes/gateway-coder.end";

function image(): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  return host;
}

test("readEndNotice() is for the very process that it was announced to", () => {
  const host = image();
  announceEnd(host, CODER, TARGET, "stop");
  expect(readEndNotice(host, CODER, TARGET)).toBe("stop");
  expect(readEndNotice(host, CODER, { pid: 50, startTime: 5001 })).toBeNull();
  expect(readEndNotice(host, CODER, { pid: 51, startTime: 5000 })).toBeNull();
  expect(readEndNotice(host, profileName("writer"), TARGET)).toBeNull();
});

test("readEndNotice() goes by the pid if nothing knows the start time", () => {
  const host = image();
  announceEnd(host, CODER, TARGET, "restart");
  expect(readEndNotice(host, CODER, { pid: 50, startTime: null })).toBe("restart");
  expect(readEndNotice(host, CODER, { pid: 51, startTime: null })).toBeNull();
});

test.each(["", "[]", '{"pid":50,"startTime":5000}', '{"pid":50,"startTime":5000,"reason":"x"}'])(
  "readEndNotice() finds nothing in %j",
  (text) => {
    const host = image();
    host.disk.putFile(PATH, text);
    expect(readEndNotice(host, CODER, TARGET)).toBeNull();
  },
);

test("withdrawEnd() takes a notice back, and is fine without one", () => {
  const host = image();
  announceEnd(host, CODER, TARGET, "stop");
  withdrawEnd(host, CODER);
  expect(readEndNotice(host, CODER, TARGET)).toBeNull();
  host.disk.fail("/run/hermes", "write", "EROFS");
  withdrawEnd(host, CODER);
});
