import { expect, test } from "bun:test";
import { createApp } from "../../../src/cli/app.ts";
import { command } from "../../../src/cli/command.ts";
import type { Program } from "../../../src/cli/command-table.ts";
import { describeProgram, listNodes } from "../../../src/cli/describe.ts";
import { FakeHost } from "../../support/fake-host.ts";

const PROGRAM: Program = {
  name: "hermes",
  summary: "All",
  examples: [["hermes a b", "Do b"]],
  children: {
    a: {
      summary: "A",
      examples: [],
      children: {
        b: {
          summary: "B",
          load: async () =>
            command({ yes: { type: "boolean" } }, [["hermes a b", "Do it"]], () => 0),
        },
      },
    },
    version: { summary: "Version", examples: [["hermes version", "Which"]], text: () => "1\n" },
  },
};

test("describeProgram() tells of groups, loaded commands and texts, each before its children", async () => {
  const root = await describeProgram(createApp(new FakeHost(), "default"), PROGRAM);
  const told = listNodes(root).map(({ path, summary, args, examples }) => {
    return [path.join(" "), summary, Object.keys(args), examples.length];
  });
  expect(told).toEqual([
    ["", "All", [], 1],
    ["a", "A", [], 0],
    ["a b", "B", ["yes"], 1],
    ["version", "Version", [], 1],
  ]);
});
