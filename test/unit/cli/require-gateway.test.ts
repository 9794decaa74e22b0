import { expect, test } from "bun:test";
import { createApp } from "../../../src/cli/app.ts";
import { requireGateway, requireNamedGateway } from "../../../src/cli/require-gateway.ts";
import { installation } from "../../support/installation.ts";

const MISSING = /^no such gateway 'typo': register it with /;

test("requireGateway() refuses a profile that does not exist", () => {
  const host = installation({ coder: {} });
  expect(() => requireGateway(createApp(host, "coder"))).not.toThrow();
  expect(() => requireGateway(createApp(host, "typo"))).toThrow(MISSING);
});

test("requireNamedGateway() takes a slot without a profile, and whatever no -p names", async () => {
  const host = installation();
  host.disk.putDirectory("/run/service/gateway-left");
  host.disk.putFile("/vol/active_profile", "typo\n");
  await requireNamedGateway(createApp(host, "left"));
  await requireNamedGateway(createApp(host, null));
  expect(requireNamedGateway(createApp(host, "typo"))).rejects.toThrow(MISSING);
});
