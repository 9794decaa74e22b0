import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../../src/core/image.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot health exits 1 if a gateway whose desired state is running is not ready", async () => {
  const host = container();
  expect(await hermesBoot(host, "health")).toMatchObject({
    code: 0,
    stdout: "0 of 0 gateways that should run are ready\n",
  });
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "running"}');
  expect(await hermesBoot(host, "health")).toMatchObject({
    code: 1,
    stdout: "not ready: default (not-registered)\n",
  });
});

test("hermes-boot health expects no gateway beside the dashboard", async () => {
  const host = container();
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "running"}');
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, "dashboard"] });
  expect((await hermesBoot(host, "health")).code).toBe(0);
});
