import { expect, test } from "bun:test";
import { count, listNames, ok, orOk, problem, warning } from "../../../src/doctor/finding.ts";

const FAULT = { message: "it is down", cause: "not known", remedy: "start it" };

test("problem() and warning() have no repair unless one is given", () => {
  const repair = { action: "started it", run: async () => undefined };
  expect(problem(FAULT)).toEqual({ severity: "problem", ...FAULT, repair: null });
  expect(warning({ ...FAULT, repair })).toEqual({ severity: "warning", ...FAULT, repair });
});

test("orOk() has the message of a passed check only without findings", () => {
  expect(orOk([], "all is up")).toEqual([ok("all is up")]);
  expect(orOk([problem(FAULT)], "all is up")).toEqual([problem(FAULT)]);
});

test.each([
  [0, "0 ports"],
  [1, "1 port"],
  [2, "2 ports"],
])("count() renders %i as %s", (number, text) => {
  expect(count(number, "port")).toBe(text);
});

test("count() takes an irregular plural", () => {
  expect(count(2, "directory", "directories")).toBe("2 directories");
});

test("listNames() lists ten names and counts the others", () => {
  const names = "abcdefghijkl".split("");
  expect(listNames(names.slice(0, 10))).toBe("a, b, c, d, e, f, g, h, i, j");
  expect(listNames(names)).toBe("a, b, c, d, e, f, g, h, i, j and 2 more");
  expect(listNames([])).toBe("");
});
