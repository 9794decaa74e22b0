import { expect, test } from "bun:test";
import {
  isDashboardCommand,
  nameProfile,
  parseGatewayCommand,
} from "../../../src/boot/command-words.ts";
import { DEFAULT_PROFILE } from "../../../src/profiles/name.ts";

test.each([
  [["gateway", "run"], true],
  [["hermes", "gateway", "run", "--no-supervise"], true],
  [["-p", "coder", "gateway", "run"], false],
  [["chat"], false],
  [["bash"], false],
  [[], false],
] as const)("nameProfile() names the profile of %j: %s", (args, isNamed) => {
  const command = ["/usr/local/bin/hermes", ...args.filter((word) => word !== "hermes")];
  const named = nameProfile(command, args, DEFAULT_PROFILE);
  const [program = "", ...words] = command;
  expect(named).toEqual(isNamed ? [program, "-p", "default", ...words] : command);
});

test.each([
  [["gateway", "run"], null],
  [["hermes", "gateway", "run"], null],
  [["gateway", "run", "--replace"], null],
  [["-p", "coder", "gateway", "run"], "coder"],
  [["--profile=coder", "gateway", "run"], "coder"],
  [["-pcoder", "gateway", "run"], "coder"],
  [["--color", "never", "gateway", "--replace", "run"], null],
  [["gateway", "run", "--profile", "coder"], "coder"],
  [["gateway", "run", "--", "-p", "coder"], null],
])("parseGatewayCommand() of %j is a supervised gateway of profile %p", (args, profile) => {
  expect(parseGatewayCommand(args, {})).toEqual({ profile, supervised: true });
});

test.each([
  [[]],
  [["gateway"]],
  [["gateway", "start"]],
  [["--", "gateway", "run"]],
  [["hermes", "hermes", "gateway", "run"]],
  [["chat", "gateway", "run"]],
  [["bash", "-c", "gateway run"]],
])("parseGatewayCommand() of %j is null", (args) => {
  expect(parseGatewayCommand(args, {})).toBeNull();
});

test("parseGatewayCommand() knows the opt-out by flag and by environment", () => {
  const words = ["-p", "coder", "gateway", "run"];
  const ours = { profile: "coder", supervised: false };
  expect(parseGatewayCommand([...words, "--no-supervise"], {})).toEqual(ours);
  const supervised = (value: string) =>
    parseGatewayCommand(words, { HERMES_GATEWAY_NO_SUPERVISE: value })?.supervised;
  expect([supervised("1"), supervised("yes"), supervised("0"), supervised("")]).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test("isDashboardCommand() knows the dashboard however it is called", () => {
  expect(isDashboardCommand(["dashboard"])).toBe(true);
  expect(isDashboardCommand(["hermes", "dashboard", "--port", "1"])).toBe(true);
  expect(isDashboardCommand(["-p", "dashboard", "chat"])).toBe(false);
  expect(isDashboardCommand(["chat", "-q", "dashboard"])).toBe(false);
  expect(isDashboardCommand([])).toBe(false);
});
