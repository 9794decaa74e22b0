import { expect, test } from "bun:test";
import { editDistance, nearest, nearestCommand } from "../../../src/cli/nearest.ts";

test.each([
  ["", "", 0],
  ["abc", "abc", 0],
  ["abc", "", 3],
  ["", "abc", 3],
  ["kitten", "sitting", 3],
  ["start", "stat", 1],
  ["stop", "stpo", 2],
])("editDistance() of '%s' and '%s' is %i", (first, second, distance) => {
  expect(editDistance(first, second)).toBe(distance);
});

test("nearest() is the closest candidate, the first of equals", () => {
  expect(nearest("gatway", ["profile", "gateway", "status"])).toBe("gateway");
  expect(nearest("statu", ["start", "status"])).toBe("status");
  expect(nearest("ab", ["aa", "bb"])).toBe("aa");
});

test("nearest() prefers what begins with the word, from three letters on", () => {
  expect(nearest("stat", ["chat", "status"])).toBe("status");
  expect(nearest("--api-key", ["--base-url", "--api-key-stdin"])).toBe("--api-key-stdin");
  expect(nearest("st", ["status"])).toBeNull();
});

test("nearest() does not guess wildly", () => {
  expect(nearest("frobnicate", ["profile", "gateway"])).toBeNull();
  expect(nearest("x", ["run", "stop"])).toBeNull();
  expect(nearest("x".repeat(300), ["run"])).toBeNull();
  expect(nearest("run", [])).toBeNull();
});

test("nearest() forgives two edits from four letters on, one below", () => {
  expect(nearest("strat", ["start"])).toBe("start");
  expect(nearest("stpo", ["stop"])).toBe("stop");
  expect(nearest("unr", ["run"])).toBeNull();
  expect(nearest("rum", ["run"])).toBe("run");
});

test("nearestCommand() knows the commands of groups by their names, others by what they are like", () => {
  const leaf = { summary: "", examples: [], text: () => "" };
  const group = { summary: "", examples: [], children: { logs: leaf, start: leaf } };
  const table = { gateway: group, status: leaf };
  expect(nearestCommand("logs", table)).toBe("gateway logs");
  expect(nearestCommand("start", table)).toBe("gateway start");
  expect(nearestCommand("statu", table)).toBe("status");
  expect(nearestCommand("gatway", table)).toBe("gateway");
  expect(nearestCommand("log", table)).toBeNull();
});
