import { expect, test } from "bun:test";
import {
  asksForSupervisedGateway,
  commandWords,
  isDashboardCommand,
} from "../../../src/boot/command-words.ts";

test.each([
  [[], []],
  [
    ["gateway", "run"],
    ["gateway", "run"],
  ],
  [
    ["hermes", "gateway", "run"],
    ["gateway", "run"],
  ],
  [
    ["-p", "coder", "gateway", "run"],
    ["gateway", "run"],
  ],
  [["--profile", "coder", "chat"], ["chat"]],
  [["--profile=coder", "chat"], ["chat"]],
  [["--tui"], []],
  [
    ["gateway", "--replace", "run"],
    ["gateway", "run"],
  ],
  [["--", "gateway", "run"], []],
  [["hermes", "hermes"], ["hermes"]],
])("commandWords() of %j is %j", (args, words) => {
  expect(commandWords(args)).toEqual(words);
});

test.each([
  [["gateway", "run"]],
  [["hermes", "gateway", "run"]],
  [["gateway", "run", "--replace"]],
])("asksForSupervisedGateway() is true for %j", (args) => {
  expect(asksForSupervisedGateway(args, {})).toBe(true);
});

test.each([
  [[]],
  [["gateway"]],
  [["gateway", "start"]],
  [["chat", "gateway", "run"]],
  [["bash", "-c", "gateway run"]],
  [["gateway", "run", "--no-supervise"]],
  [["-p", "coder", "gateway", "run"]],
  [["--profile=coder", "gateway", "run"]],
  [["gateway", "run", "--profile", "coder"]],
])("asksForSupervisedGateway() is false for %j", (args) => {
  expect(asksForSupervisedGateway(args, {})).toBe(false);
});

const asks = (value: string) =>
  asksForSupervisedGateway(["gateway", "run"], { HERMES_GATEWAY_NO_SUPERVISE: value });

test("asksForSupervisedGateway() respects the opt-out of the environment", () => {
  expect(asks("1")).toBe(false);
  expect(asks("yes")).toBe(false);
  expect(asks("0")).toBe(true);
  expect(asks("")).toBe(true);
});

test("isDashboardCommand() knows the dashboard however it is called", () => {
  expect(isDashboardCommand(["dashboard"])).toBe(true);
  expect(isDashboardCommand(["hermes", "dashboard", "--port", "1"])).toBe(true);
  expect(isDashboardCommand(["-p", "dashboard", "chat"])).toBe(false);
  expect(isDashboardCommand(["chat", "-q", "dashboard"])).toBe(false);
  expect(isDashboardCommand([])).toBe(false);
});
