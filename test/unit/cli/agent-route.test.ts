import { expect, test } from "bun:test";
import { isOurs } from "../../../src/cli/agent-route.ts";
import { HERMES } from "../../../src/cli/command-table.ts";

const split = (line: string) => (line === "" ? [] : line.split(" "));

test.each([
  "status",
  "status --json",
  "-p coder status",
  "-p chat status",
  "-pcoder status",
  "-p=chat status",
  "--profile=coder --no-color gateway start",
  "--color always version",
  "gateway",
  "gateway --help",
  "gateway run --replace",
  "gateway start nonsense",
  "status --tui",
  "--help",
  "-h",
  "-p coder --help",
  "--version",
  "-V",
  "help",
  "help status",
])("isOurs(%p)", (line) => {
  expect(isOurs(HERMES, split(line))).toBe(true);
});

test.each([
  "",
  "-p coder",
  "--tui",
  "-T",
  "-p coder --tui",
  "--tui --help",
  "chat",
  "chat --help",
  "chat -q status",
  "-p status chat",
  "-pstatus chat",
  "setup",
  "help chat",
  "model list",
  "--model x",
  "gateway setup",
  "profile export coder",
  "statsu",
  "-- status",
  "toString",
  "--profile=status",
])("isOurs(%p) not", (line) => {
  expect(isOurs(HERMES, split(line))).toBe(false);
});
