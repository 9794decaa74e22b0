import { expect, test } from "bun:test";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test.each([
  [["0", "0", "50"], 125, "finished on purpose (exit code 0)"],
  [["78", "0", "50"], 125, "cannot run with this configuration (exit code 78)"],
  [["1", "0", "50"], 0, "crashed with exit code 1"],
  [["256", "9", "50"], 0, "crashed with signal 9"],
  [["256", "9", "-1"], 0, "crashed with signal 9"],
  [["1", "0", ""], 0, "crashed with exit code 1"],
  [["1", "0"], 0, "crashed with exit code 1"],
])("hermes-boot finish coder %j exits %d", async (words, code, reason) => {
  const host = container();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putDirectory("/vol/profiles/coder");
  const outcome = await hermesBoot(host, "finish", "coder", "--", ...words);
  expect(outcome.code).toBe(code);
  expect(outcome.notes[0]).toContain(reason);
});
