import { expect, test } from "bun:test";
import {
  describeLoggerTrouble,
  readLoggerTrouble,
  writeLoggerTrouble,
} from "../../../../src/gateway/record/logger-trouble.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");
const TROUBLE = {
  since: "2026-11-20T07:23:05.000Z",
  volume: "/vol/logs/gateways/coder: is a file",
  output: null,
  missingOnVolume: 0,
  missingOnOutput: 0,
};

test("readLoggerTrouble() reads what was written, and nothing from what is no such file", () => {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  expect(readLoggerTrouble(host, CODER)).toBeNull();
  writeLoggerTrouble(host, CODER, TROUBLE);
  expect(readLoggerTrouble(host, CODER)).toEqual(TROUBLE);
  writeLoggerTrouble(host, CODER, null);
  expect(readLoggerTrouble(host, CODER)).toBeNull();
  host.disk.putFile("/run/hermes/gateway-coder.log.json", '{"since": 7}');
  expect(readLoggerTrouble(host, CODER)).toBeNull();
});

test("readLoggerTrouble() lets no terminal code through", () => {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  writeLoggerTrouble(host, CODER, { ...TROUBLE, volume: "\u001B[31mred" });
  expect(readLoggerTrouble(host, CODER)?.volume).toBe("[31mred");
});

test("describeLoggerTrouble() names the cause and the losses", () => {
  expect(describeLoggerTrouble(TROUBLE)).toBe(
    "lines go to the container's output only: /vol/logs/gateways/coder: is a file",
  );
  const both = { ...TROUBLE, output: "nobody reads", missingOnVolume: 1, missingOnOutput: 20 };
  expect(describeLoggerTrouble(both)).toEndWith(
    "; nobody reads; 1 line dropped for the volume; 20 lines dropped for the output",
  );
  expect(describeLoggerTrouble({ ...TROUBLE, volume: null })).toBeNull();
});
