import { expect, test } from "bun:test";
import { usageError, withHelpHint } from "../../../src/cli/usage-error.ts";
import { AppError } from "../../../src/core/errors.ts";

test("withHelpHint() leads from a wrong command line to the help of its command", () => {
  expect(withHelpHint(usageError("Wrong"), ["hermes", "status"])).toMatchObject({
    code: "usage",
    message: "Wrong",
    exitCode: 2,
    hint: "see `hermes status --help`",
  });
});

test("withHelpHint() leaves every other failure as it is", () => {
  for (const error of [new AppError("usage", "Wrong", { hint: "do it" }), new Error("bug"), null]) {
    expect(withHelpHint(error, ["hermes"])).toBe(error);
  }
});
