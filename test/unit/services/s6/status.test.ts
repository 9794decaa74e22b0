import { expect, test } from "bun:test";
import { parseServiceStatus, readServiceStatus } from "../../../../src/services/s6/status.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";

const SLOT = "/run/service/gateway-coder";

const EARLY = "@400000006738a00000000001";
const LATE = "@400000006738a00000000002";

test("parseServiceStatus() reads a service that is up and ready", () => {
  expect(parseServiceStatus(`true true true 123 -1 NA 45 ${EARLY} ${LATE}\n`)).toEqual({
    up: true,
    wantedUp: true,
    ready: true,
    finished: false,
    pid: 123,
    lastExit: null,
    secondsInState: 45,
    since: Date.UTC(2024, 10, 16, 13, 36, 27),
  });
});

test("parseServiceStatus() reads a service that a signal ended", () => {
  expect(parseServiceStatus(`false true false -1 -1 SIGKILL 0 ${EARLY} ${LATE}`)).toMatchObject({
    up: false,
    wantedUp: true,
    pid: null,
    lastExit: { kind: "signal", signal: "SIGKILL" },
  });
});

test.each([
  ["false", EARLY, LATE, true],
  ["false", EARLY, EARLY, true],
  ["false", LATE, EARLY, false],
  ["true", EARLY, LATE, false],
])(
  "parseServiceStatus() of up=%s since %s, ready since %s: finished is %p",
  (up, since, ready, is) => {
    const status = parseServiceStatus(`${up} true false -1 0 NA 0 ${since} ${ready}`);
    expect(status?.finished).toBe(is);
  },
);

const REST = `${EARLY} ${LATE}`;

test.each([
  "",
  "\n",
  "up (pid 123) 45 seconds",
  "true true true 123 -1 NA 45",
  `true true true 123 -1 NA 45 ${EARLY}`,
  `true true true 123 -1 NA 45 ${REST} 46`,
  `yes true true 123 -1 NA 45 ${REST}`,
  `TRUE true true 123 -1 NA 45 ${REST}`,
  `true true true pid -1 NA 45 ${REST}`,
  `true true true 1.5 -1 NA 45 ${REST}`,
  `true true true 123 -1 NA soon ${REST}`,
  `true true true 123 -1 NA 45 ${EARLY} -`,
  `true true true 123 -1 NA 45 now ${LATE}`,
  "\0\0\0",
])("parseServiceStatus() gives null for %j", (text) => {
  expect(parseServiceStatus(text)).toBeNull();
});

test("readServiceStatus() asks with -o only", async () => {
  const host = new FakeHost();
  installS6(host).supervise(SLOT, { up: true, pid: 12 });
  expect(await readServiceStatus(host, "gateway-coder")).toMatchObject({ up: true, pid: 12 });
  expect(host.table.commands.map((command) => command.slice(0, 2))).toEqual([
    ["/command/s6-svstat", "-o"],
  ]);
});

test("readServiceStatus() is null without a supervisor", async () => {
  const host = new FakeHost();
  installS6(host);
  expect(await readServiceStatus(host, "gateway-coder")).toBeNull();
});

test.each([
  [
    { exitCode: 111, stderr: "s6-svstat: fatal: Permission denied\n" },
    "s6-svstat: fatal: Permission denied",
  ],
  [{ exitCode: 0, stdout: "up for a while\n" }, "it said nothing"],
])("readServiceStatus() throws one line for %j", async (answer, why) => {
  const host = new FakeHost();
  installS6(host).supervise(SLOT);
  host.table.install("s6-svstat", () => answer);
  expect(readServiceStatus(host, "gateway-coder")).rejects.toThrow(
    `s6-svstat on 'gateway-coder' failed (rc=${answer.exitCode}): ${why}`,
  );
});
