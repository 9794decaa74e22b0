import { expect, test } from "bun:test";
import { HERMES, HERMES_BOOT } from "../../../src/cli/table.ts";
import { textAtOnce } from "../../../src/cli/text-at-once.ts";

test("textAtOnce() is the version for those who ask for it alone", () => {
  for (const word of ["version", "--version", "-V"]) {
    expect(textAtOnce(HERMES, [word])).toMatch(/^hermes /);
    expect(textAtOnce(HERMES_BOOT, [word])).toMatch(/^hermes /);
  }
});

test.each([[[]], [["status"]], [["version", "--help"]], [["constructor"]], [["-p", "version"]]])(
  "textAtOnce() leaves %j to the runner",
  (args) => {
    expect(textAtOnce(HERMES, args)).toBeNull();
  },
);
