import { expect, test } from "bun:test";
import { EXIT_STATUS } from "../../../../src/cli/manual/facts.ts";
import { ExitCode } from "../../../../src/core/errors.ts";

test("EXIT_STATUS explains every exit code of ours once, and those of signals last", () => {
  const codes = EXIT_STATUS.map(([code]) => code);
  expect(codes).toEqual([...Object.values(ExitCode).map(String), "128+n"]);
});
