import { expect, test } from "bun:test";
import { createApp } from "../../../src/cli/app.ts";
import { currentOf, readConfigQuietly, toProfileFacts } from "../../../src/cli/profile-facts.ts";
import { installation } from "../../support/installation.ts";
import { profileName } from "../../support/names.ts";
import { gatewaySnapshot } from "../../support/snapshots.ts";

const CODER = profileName("coder");

test("readConfigQuietly() returns the settings, or the reason why they cannot be used", async () => {
  const host = installation({ coder: {} });
  const app = createApp(host, null);
  expect(await readConfigQuietly(app, CODER)).toMatchObject({ kind: "config" });
  host.disk.putFile("/vol/profiles/coder/config.yaml", "- a list");
  const outcome = await readConfigQuietly(app, CODER);
  expect(outcome.kind === "unusable" && outcome.reason).toContain(
    "/vol/profiles/coder/config.yaml",
  );
});

test("currentOf() warns of a current profile that cannot be told, and returns null", () => {
  const host = installation();
  expect(currentOf(createApp(host, null))).toBe(profileName("default"));
  host.disk.putFile("/vol/active_profile", "no such/name");
  expect(currentOf(createApp(host, null))).toBeNull();
  expect(host.notes[0]).toStartWith("warning: Cannot tell the current profile: ");
});

test("toProfileFacts() has no port and an error if the settings cannot be used", () => {
  const app = createApp(installation({ coder: {} }), null);
  const gateway = gatewaySnapshot("coder", { pid: 7 });
  const facts = toProfileFacts(app, gateway, CODER, { kind: "unusable", reason: "broken" });
  expect(facts).toMatchObject({
    name: "coder",
    current: true,
    directory: "/vol/profiles/coder",
    gateway: { state: "ready", pid: 7 },
    port: null,
    configError: "broken",
  });
  expect(toProfileFacts(app, gateway, null, { kind: "unusable", reason: "" }).current).toBe(false);
});
