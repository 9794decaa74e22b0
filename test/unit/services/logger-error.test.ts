import { expect, test } from "bun:test";
import {
  describeLoggerError,
  readLoggerError,
  writeLoggerError,
} from "../../../src/services/logger-error.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const TROUBLE = {
  since: "2026-11-20T07:23:05.000Z",
  volume: "/vol/logs/gateways/coder: is a file",
  output: null,
  missingOnVolume: 0,
  missingOnOutput: 0,
};

test("readLoggerError() reads what was written, and nothing from what is no such file", () => {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  expect(readLoggerError(host, CODER)).toBeNull();
  writeLoggerError(host, CODER, TROUBLE);
  expect(readLoggerError(host, CODER)).toEqual(TROUBLE);
  writeLoggerError(host, CODER, null);
  expect(readLoggerError(host, CODER)).toBeNull();
  host.disk.putFile("/run/hermes/gateway-coder.log.json", '{"since": 7}');
  expect(readLoggerError(host, CODER)).toBeNull();
});

test("readLoggerError() lets no terminal code through", () => {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  writeLoggerError(host, CODER, { ...TROUBLE, volume: "\u001B[31mred" });
  expect(readLoggerError(host, CODER)?.volume).toBe("[31mred");
});

test("describeLoggerError() names the cause and the losses", () => {
  expect(describeLoggerError(TROUBLE)).toBe(
    "lines go to the container's output only: /vol/logs/gateways/coder: is a file",
  );
  const both = { ...TROUBLE, output: "nobody reads", missingOnVolume: 1, missingOnOutput: 20 };
  expect(describeLoggerError(both)).toEndWith(
    "; nobody reads; 1 line dropped for the volume; 20 lines dropped for the output",
  );
  expect(describeLoggerError({ ...TROUBLE, volume: null })).toBeNull();
});
