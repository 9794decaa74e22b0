import { expect, test } from "bun:test";
import { createApp } from "../../../src/cli/app.ts";
import { describeProgram, listNodes } from "../../../src/cli/describe.ts";
import { HERMES } from "../../../src/cli/command-table.ts";
import { checkLine } from "../../support/check-line.ts";
import { FakeHost } from "../../support/fake-host.ts";

const root = await describeProgram(createApp(new FakeHost(), "default"), HERMES);

test.each(
  listNodes(root).flatMap(({ path, examples }) =>
    examples.map(([line]) => [line, path.join(" ")] as const),
  ),
)("the example `%s` of `%s` is a command line that is understood", async (line, path) => {
  // One of a group's is about what is in it; a profile is made before its gateway is started.
  expect(await checkLine(line)).toStartWith(path.split(" ")[0] === "profile" ? "" : path);
});

test("checkLine() finds what no command understands", async () => {
  for (const line of ["hermes gatway", "hermes status --jsn", "source <(hermes completion)"]) {
    const isRefused = await checkLine(line).then(
      () => false,
      () => true,
    );
    expect(isRefused).toBe(true);
  }
  expect(await checkLine("man -l -")).toBeNull();
});
