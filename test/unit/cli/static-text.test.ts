import { expect, test } from "bun:test";
import { HERMES, HERMES_BOOT } from "../../../src/cli/command-table.ts";
import { findStaticText } from "../../../src/cli/static-text.ts";

test("findStaticText() is the version for those who ask for it alone", () => {
  for (const word of ["version", "--version", "-V"]) {
    expect(findStaticText(HERMES, [word])).toMatch(/^hermes /);
    expect(findStaticText(HERMES_BOOT, [word])).toMatch(/^hermes /);
  }
});

test.each([[[]], [["status"]], [["version", "--help"]], [["constructor"]], [["-p", "version"]]])(
  "findStaticText() leaves %j to the runner",
  (args) => {
    expect(findStaticText(HERMES, args)).toBeNull();
  },
);
