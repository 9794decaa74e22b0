import { expect, test } from "bun:test";
import { chooseInit, type InitFacts } from "../../../src/boot/enter.ts";

const ROOT: InitFacts = {
  hasOverlay: true,
  pid: 1,
  uid: 0,
  gid: 0,
  run: { uid: 0, gid: 0, mode: 0o1777 },
  verbosity: "1",
};
const HERMES: InitFacts = { ...ROOT, uid: 10_000, gid: 10_000 };

test.each([
  [ROOT, "overlay"],
  [{ ...ROOT, hasOverlay: false }, "fallback"],
  [{ ...ROOT, pid: 7 }, "fallback"],
  [HERMES, "overlay-quiet"],
  [{ ...HERMES, verbosity: "2" }, "overlay"],
  [{ ...HERMES, gid: 0 }, "fallback"],
  [{ ...HERMES, run: null }, "fallback"],
  [{ ...HERMES, run: { uid: 10_000, gid: 10_000, mode: 0o755 } }, "overlay-quiet"],
  // An emptyDir of Kubernetes'.
  [{ ...HERMES, run: { uid: 0, gid: 0, mode: 0o777 } }, "fallback"],
  [{ ...HERMES, run: { uid: 0, gid: 10_000, mode: 0o2777 } }, "fallback"],
] as const)("chooseInit() of %j is %s", (facts, expected) => {
  expect(chooseInit(facts)).toBe(expected);
});
