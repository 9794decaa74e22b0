import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost } from "../../../support/fake-host.ts";

test.each(["bash", "zsh", "fish"])("hermes completion %s prints a script", async (shell) => {
  const { code, stdout } = await hermes(new FakeHost(), "completion", shell);
  expect(code).toBe(0);
  for (const word of ["hermes", "gateway", "restart", "profile"]) expect(stdout).toContain(word);
});

test("hermes completion of another shell names those that it knows, and a similar one", async () => {
  const { code, notes } = await hermes(new FakeHost(), "completion", "fis");
  expect(code).toBe(2);
  expect(notes[0]).toBe(
    "✗ Cannot complete in 'fis', but in bash, zsh and fish; did you mean 'fish'?",
  );
});
