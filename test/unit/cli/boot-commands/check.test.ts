import { expect, test } from "bun:test";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot check is ready only for the supervised process that says so", async () => {
  const host = container({ environment: { HERMES_HOME: "/vol", HERMES_S6_SUPERVISED_PID: "50" } });
  host.disk.putDirectory("/run/hermes");
  expect((await hermesBoot(host, "check", "default")).code).toBe(1);
  host.table.start(50);
  host.disk.putFile("/vol/gateway_state.json", '{"gateway_state": "running", "pid": 50}');
  expect((await hermesBoot(host, "check", "default")).code).toBe(0);
  delete host.environment["HERMES_S6_SUPERVISED_PID"];
  expect((await hermesBoot(host, "check", "default")).code).toBe(1);
  host.environment["HERMES_S6_SUPERVISED_PID"] = "1";
  host.table.start(1);
  host.disk.putFile("/vol/gateway_state.json", '{"gateway_state": "running", "pid": 1}');
  expect((await hermesBoot(host, "check", "default")).code).toBe(1);
});
