import { expect, test } from "bun:test";
import { renderSeconds, renderSnapshot, renderTable } from "../../../src/status/render.ts";
import type { Snapshot } from "../../../src/status/snapshot.ts";
import { profileName } from "../../support/names.ts";

test.each([
  [0, "0s"],
  [59, "59s"],
  [60, "1m"],
  [3599, "59m"],
  [3600, "1h 0m"],
  [7500, "2h 5m"],
  [86_399, "23h 59m"],
  [86_400, "1d 0h"],
  [349_200, "4d 1h"],
])("renderSeconds() says %i seconds as %s", (seconds, text) => {
  expect(renderSeconds(seconds)).toBe(text);
});

test("renderTable() pads to the widest cell and leaves no spaces at the end", () => {
  expect(
    renderTable([
      ["A", "B", "C"],
      ["long one", "x", ""],
    ]),
  ).toBe("A         B  C\nlong one  x\n");
  expect(renderTable([])).toBe("");
});

const SNAPSHOT: Snapshot = {
  version: 1,
  manager: "s6 (container supervisor)",
  home: "/opt/data",
  gateways: [
    {
      profile: profileName("default"),
      wanted: "running",
      is: "ready",
      pid: 12,
      secondsInState: 90,
      detail: null,
      crashes: 0,
      lastExit: null,
    },
    {
      profile: profileName("coder"),
      wanted: null,
      is: "not-registered",
      pid: null,
      secondsInState: null,
      detail: null,
      crashes: 0,
      lastExit: null,
    },
    {
      profile: profileName("x"),
      wanted: "stopped",
      is: "waiting",
      detail: "12 s after 3 crashes: crashed with signal 9",
      pid: 5,
      secondsInState: 1,
      crashes: 3,
      lastExit: null,
    },
  ],
};

const row = (...cells: readonly string[]) => cells.join("  ");

test("renderSnapshot() shows wanted and actual, a gateway a line", () => {
  expect(renderSnapshot(SNAPSHOT).split("\n")).toEqual([
    "Manager: s6 (container supervisor)",
    "Home: /opt/data",
    "",
    row("PROFILE", "WANTED ", "IS            ", "FOR", "PID", "CRASHES", "WHY"),
    row("default", "running", "ready         ", "1m ", "12"),
    row("coder  ", "-      ", "not-registered", "-  ", "-"),
    row(
      "x      ",
      "stopped",
      "waiting       ",
      "1s ",
      "5  ",
      "3      ",
      "12 s after 3 crashes: crashed with signal 9",
    ),
    "",
  ]);
});
