import { expect, test } from "bun:test";
import { renderProfile } from "../../../src/cli/render-profile.ts";
import type { ProfileReport } from "../../../src/cli/commands/profile-show.ts";
import { profileName } from "../../support/names.ts";
import { gatewaySnapshot } from "../../support/snapshots.ts";

const VIEW = { width: null, paint: (role: string, text: string) => `<${role}>${text}</>` };

const reportOf = (part: Partial<ProfileReport> = {}): ProfileReport => ({
  name: profileName("coder"),
  current: true,
  directory: "/vol/profiles/coder",
  gateway: gatewaySnapshot("coder", { pid: 7 }),
  alias: null,
  port: null,
  configError: null,
  soul: null,
  model: { name: "m", baseUrl: "http://a/v1" },
  listenAddress: null,
  files: ["/vol/profiles/coder/SOUL.md"],
  contents: { memories: 2 },
  log: "/vol/logs/gateways/coder/current",
  ...part,
});

test("renderProfile() shows a line for each fact, and none for what there is not", () => {
  expect(renderProfile(reportOf(), VIEW).split("\n")).toEqual([
    "Profile:   coder (current)",
    "Directory: /vol/profiles/coder",
    "Gateway:   <good>ready</>, pid 7",
    "Desired:   running",
    "Listens:   on its Unix socket only",
    "Model:     m at http://a/v1",
    "Settings:  SOUL.md",
    "Contents:  memories 2",
    "Log:       /vol/logs/gateways/coder/current",
    "",
  ]);
});

test("renderProfile() shows what is wrong instead of what is not known", () => {
  const gateway = gatewaySnapshot("coder", { stateFileError: "no JSON", drift: "is down" });
  const text = renderProfile(reportOf({ gateway, configError: "broken", current: false }), VIEW);
  expect(text).toStartWith("Profile:   coder\n");
  expect(text).toContain("\nGateway:   <bad>ready</>\n");
  expect(text).toContain("\nDesired:   ? (no JSON)\n");
  expect(text).toContain("\nDrift:     ! the gateway is down\n");
  expect(text).toContain("\n<bad>Error:     broken</>\n");
  expect(text).not.toContain("Model:");
  expect(renderProfile(reportOf({ model: null }), VIEW)).toContain("\nModel:     none: `hermes ");
});
