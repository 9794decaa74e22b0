import { expect, test } from "bun:test";
import {
  announceStop,
  readStopNotice,
  withdrawStop,
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

test("readStopNotice() is for the very process that it was announced to", () => {
  const host = image();
  announceStop(host, CODER, TARGET, "stop");
  expect(readStopNotice(host, CODER, TARGET)).toBe("stop");
  expect(readStopNotice(host, CODER, { pid: 50, startTime: 5001 })).toBeNull();
  expect(readStopNotice(host, CODER, { pid: 51, startTime: 5000 })).toBeNull();
  expect(readStopNotice(host, profileName("writer"), TARGET)).toBeNull();
});

test("readStopNotice() goes by the pid if nothing knows the start time", () => {
  const host = image();
  announceStop(host, CODER, TARGET, "restart");
  expect(readStopNotice(host, CODER, { pid: 50, startTime: null })).toBe("restart");
  expect(readStopNotice(host, CODER, { pid: 51, startTime: null })).toBeNull();
});

test.each(["", "[]", '{"pid":50,"startTime":5000}', '{"pid":50,"startTime":5000,"reason":"x"}'])(
  "readStopNotice() finds nothing in %j",
  (text) => {
    const host = image();
    host.disk.putFile(PATH, text);
    expect(readStopNotice(host, CODER, TARGET)).toBeNull();
  },
);

test("withdrawStop() takes a notice back, and is fine without one", () => {
  const host = image();
  announceStop(host, CODER, TARGET, "stop");
  withdrawStop(host, CODER);
  expect(readStopNotice(host, CODER, TARGET)).toBeNull();
  host.disk.fail("/run/hermes", "write", "EROFS");
  withdrawStop(host, CODER);
});
