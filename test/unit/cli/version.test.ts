import { expect, test } from "bun:test";
import { renderVersion, versionNumber } from "../../../src/cli/version.ts";

test("renderVersion() is a line with the version, also of what was not built", () => {
  expect(versionNumber()).toBe("0.0.0-dev");
  expect(renderVersion()).toBe("hermes 0.0.0-dev (unknown)\n");
});
