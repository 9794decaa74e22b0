import { expect, test } from "bun:test";
import { DEFAULT_PROFILE } from "../../../src/profiles/name.ts";
import {
  bootLogPath,
  gatewayLogDirectory,
  markerPath,
  profileDirectory,
  setupCommand,
  staleFilePaths,
  stateFilePath,
} from "../../../src/profiles/paths.ts";
import { profileName } from "../../support/names.ts";

test("profileDirectory() is the volume for the root profile", () => {
  expect(profileDirectory("/opt/data", DEFAULT_PROFILE)).toBe("/opt/data");
  expect(profileDirectory("/opt/data", profileName("coder"))).toBe("/opt/data/profiles/coder");
});

test("stateFilePath(), markerPath() and bootLogPath() name the files of the contract", () => {
  expect(stateFilePath("/opt/data")).toBe("/opt/data/gateway_state.json");
  expect(markerPath("/opt/data/profiles/a")).toBe("/opt/data/profiles/a/SOUL.md");
  expect(bootLogPath("/opt/data")).toBe("/opt/data/logs/container-boot.log");
});

test("gatewayLogDirectory() is at the root for every profile", () => {
  expect(gatewayLogDirectory("/opt/data", profileName("coder"))).toBe(
    "/opt/data/logs/gateways/coder",
  );
});

test("staleFilePaths() are the pid file and the process list, and no more", () => {
  expect(staleFilePaths("/v")).toEqual(["/v/gateway.pid", "/v/processes.json"]);
});

test("setupCommand() names the profile, but the root one", () => {
  expect(setupCommand("/vol/profiles/coder")).toBe("hermes -p coder setup");
  expect(setupCommand("/vol")).toBe("hermes setup");
});
