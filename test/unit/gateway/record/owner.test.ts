import { expect, test } from "bun:test";
import { confirmClaim, findOwner } from "../../../../src/gateway/record/owner.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");
const PROFILE = "/vol/profiles/coder";

/** A process 300 that began at 5. */
function running(...argv: readonly string[]): FakeHost {
  const host = new FakeHost();
  host.table.start(300, { startTime: 5, argv });
  return host;
}

test.each([
  [{ pid: 300, startTime: 5 }, [], true],
  [{ pid: 300, startTime: 6 }, ["hermes", "gateway", "run"], false],
  [{ pid: 301, startTime: 5 }, [], false],
  [{ pid: null, startTime: 5 }, [], false],
  [{ pid: 300, startTime: null }, ["agent", "-p", "coder", "gateway", "run"], true],
  [{ pid: 300, startTime: null }, ["agent", "gateway", "run"], true],
  [{ pid: 300, startTime: null }, ["agent", "-p", "writer", "gateway", "run"], false],
  [{ pid: 300, startTime: null }, ["agent", "-pcoder", "gateway", "run"], true],
  [{ pid: 300, startTime: null }, ["agent", "--profile=writer", "gateway", "run"], false],
  [{ pid: 300, startTime: null }, ["sleep", "infinity"], false],
] as const)("confirmClaim() of %j by a process that is %j: %p", (claim, argv, expected) => {
  expect(confirmClaim(running(...argv), CODER, claim) !== null).toBe(expected);
});

test("confirmClaim() never confirms this process itself", () => {
  const host = running("hermes", "gateway");
  host.table.start(host.self.pid, { startTime: 9 });
  expect(confirmClaim(host, CODER, { pid: host.self.pid, startTime: 9 })).toBeNull();
});

test("findOwner() believes gateway.pid, and the state file if there is none", () => {
  const host = running();
  expect(findOwner(host, PROFILE, CODER)).toBeNull();
  host.disk.putFile(`${PROFILE}/gateway_state.json`, '{"pid": 300, "start_time": 5}');
  expect(findOwner(host, PROFILE, CODER)).toEqual({ pid: 300, startTime: 5 });
  host.table.start(310, { startTime: 7 });
  host.disk.putFile(`${PROFILE}/gateway.pid`, '{"pid": 310, "start_time": 7}');
  expect(findOwner(host, PROFILE, CODER)).toEqual({ pid: 310, startTime: 7 });
});
