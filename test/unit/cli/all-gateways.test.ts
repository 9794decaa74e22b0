import { expect, test } from "bun:test";
import { hermes } from "../../support/command-line.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { RUNNING, ENVIRONMENT, installation, runInForeground } from "../../support/installation.ts";

test.each(["stop", "restart", "logs", "events"])(
  "hermes gateway %s takes one profile or --all, not both, and does nothing",
  async (verb) => {
    const host = installation({ coder: RUNNING });
    const path = `hermes gateway ${verb}`;
    expect(await hermes(host, "-p", "coder", "gateway", verb, "--all")).toEqual({
      code: 2,
      stdout: "",
      notes: [
        "✗ A profile is named, and --all means every one: leave one of them out",
        `  Hint: see \`${path} --help\``,
      ],
    });
    const called = new FakeHost({ uid: 0, environment: ENVIRONMENT, argv: ["coder"] });
    expect((await hermes(called, "gateway", verb, "--all")).code).toBe(2);
    expect(host.table.commands).toEqual([]);
  },
);

test.each([
  [
    "start",
    "it runs already; to have s6 run it, end that process first, or start the container with another command",
  ],
  ["stop", "stop that process; if it is the container's command, stop the container"],
  ["restart", "restart that process; if it is the container's command, restart the container"],
])(
  "hermes gateway %s refuses a gateway in the foreground and changes nothing",
  async (verb, hint) => {
    const host = installation({ coder: {} });
    runInForeground(host, "coder");
    const before = host.disk.snapshot();
    expect(await hermes(host, "-p", "coder", "gateway", verb)).toEqual({
      code: 1,
      stdout: "",
      notes: [
        `✗ Cannot ${verb} gateway 'coder': pid 300 runs it in the foreground`,
        `  Hint: ${hint}`,
      ],
    });
    expect(host.disk.snapshot()).toEqual(before);
    expect(host.table.signals).toEqual([]);
  },
);

test.each(["Coding", "coding"])(
  "hermes -p %s names the directory that only differs in capital letters",
  async (name) => {
    const host = installation();
    host.disk.putFile("/vol/profiles/Coding/SOUL.md", "");
    const { notes } = await hermes(host, "-p", name, "gateway", "start");
    expect(notes[0]).toStartWith("✗ no such gateway 'coding'");
    expect(notes[1]).toBe(
      "  Hint: rename /vol/profiles/Coding to /vol/profiles/coding: names are in small letters",
    );
  },
);
