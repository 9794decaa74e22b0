import { expect, test } from "bun:test";
import { resolveHermesHome } from "../../../src/profiles/home.ts";

const resolve = (home: string | undefined) => {
  const { root, currentProfile } = resolveHermesHome({ HERMES_HOME: home }, "/home/ada");
  return [root, String(currentProfile)];
};

test("resolveHermesHome() takes HERMES_HOME as the root", () => {
  expect(resolve("/opt/data")).toEqual(["/opt/data", "null"]);
});

test.each([undefined, ""])("resolveHermesHome() falls back to ~/.hermes for %p", (home) => {
  expect(resolve(home)).toEqual(["/home/ada/.hermes", "null"]);
});

test("resolveHermesHome() finds the root above a profile's directory", () => {
  expect(resolve("/opt/data/profiles/coder")).toEqual(["/opt/data", "coder"]);
});

test("resolveHermesHome() ignores slashes at the end", () => {
  expect(resolve("/opt/data///")).toEqual(["/opt/data", "null"]);
  expect(resolve("/opt/data/profiles/coder/")).toEqual(["/opt/data", "coder"]);
  expect(resolve("/")).toEqual(["/", "null"]);
});

test("resolveHermesHome() takes a directory that is no profile as a root", () => {
  expect(resolve("/srv/profiles/Not A Name")).toEqual(["/srv/profiles/Not A Name", "null"]);
  expect(resolve("/opt/data/profiles")).toEqual(["/opt/data/profiles", "null"]);
});

test.each(["data", "./data", "~/.hermes", "../x"])(
  "resolveHermesHome() refuses the relative HERMES_HOME '%s' with exit code 2",
  (home) => {
    expect(() => resolve(home)).toThrow(expect.objectContaining({ code: "usage", exitCode: 2 }));
  },
);

test("resolveHermesHome() takes the shortest form of a path", () => {
  expect(resolve("/opt/../etc")).toEqual(["/etc", "null"]);
  expect(resolve("/opt//data/./")).toEqual(["/opt/data", "null"]);
});
