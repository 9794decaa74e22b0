import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { installation } from "../../../support/installation.ts";

test("hermes gateway start acts on the default gateway and says when it is ready", async () => {
  const host = installation({ default: {} });
  expect(await hermes(host, "gateway", "start")).toEqual({
    code: 0,
    stdout: "Started gateway 'default' (pid 101), ready\n",
    notes: [],
  });
  expect((await hermes(host, "gateway", "start")).stdout).toBe(
    "Already running: gateway 'default' (pid 101), ready\n",
  );
});

test("hermes gateway start --all is refused", async () => {
  expect(await hermes(installation(), "gateway", "start", "--all")).toMatchObject({
    code: 2,
    notes: [
      "✗ Cannot start all gateways at once: name the one you want with -p",
      "  Hint: see `hermes gateway start --help`",
    ],
  });
});

test("hermes -p typo gateway start gives the contract's line", async () => {
  expect(await hermes(installation(), "-p", "typo", "gateway", "start")).toEqual({
    code: 4,
    stdout: "",
    notes: [
      "✗ no such gateway 'typo': register it with `hermes profile create typo` first, or pass an existing profile name via `-p <name>`",
    ],
  });
});
