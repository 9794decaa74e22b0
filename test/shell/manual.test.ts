import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "../support/executable.ts";
import { runProgram } from "../support/program.ts";

const top = mkdtempSync(join(tmpdir(), "hermes-manual-"));
const page = join(top, "hermes.1");
const env = { PATH: "/usr/bin:/bin", HOME: top, LANG: "C.UTF-8", MANWIDTH: "80" };
afterAll(() => rmSync(top, { recursive: true }));

beforeAll(async () => {
  const { stdout } = await runProgram([findExecutable(), "man"], { env });
  writeFileSync(page, stdout);
});

test("hermes man is a page without a fault for mandoc", async () => {
  const lint = ["/usr/bin/mandoc", "-T", "lint", "-W", "style", page];
  expect(await runProgram(lint, { env })).toMatchObject({ code: 0, stdout: "", stderr: "" });
});

test("hermes man is read by man without a warning, and has every command", async () => {
  const { code, stdout, stderr } = await runProgram(["/usr/bin/man", "--warnings", "-l", page], {
    env,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const text = stdout.replaceAll(/\s+/g, " ");
  for (const part of [
    "HERMES(1)",
    "hermes gateway start [FLAGS]",
    "hermes profile rename PROFILE NEW",
    "-p, --profile NAME",
    "EXIT STATUS",
    "The configuration cannot be used.",
    "$HERMES_HOME/hooks/gateway-event",
    "source <(hermes completion bash)",
  ]) {
    expect(text).toContain(part);
  }
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});
