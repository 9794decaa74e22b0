import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../../src/core/image.ts";
import { runCommandLine } from "../../../../src/cli/runner.ts";
import { HERMES_BOOT } from "../../../../src/cli/command-table.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { Replaced } from "../../../support/fake-processes.ts";
import { HERMES } from "../../../support/fake-host.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot main becomes the container's command, as hermes", async () => {
  const host = container({ uid: 0, users: [HERMES] });
  host.disk.putDirectory("/run/hermes", { uid: HERMES.uid });
  host.disk.putFile("/usr/bin/sleep", "", { mode: 0o755 });
  const main = (...words: readonly string[]) =>
    runCommandLine(host, HERMES_BOOT, ["main", ...words]);
  expect(main("--", "sleep", "-p", "infinity")).rejects.toThrow(
    "became /usr/bin/sleep -p infinity",
  );
  expect(host.users.currentUid()).toBe(10_000);
  const became = await main("--", "sleep").catch((error: unknown) => error);
  expect(became instanceof Replaced && became.environment).toMatchObject({
    HERMES_HOME: "/vol",
    HOME: "/opt/data",
  });
  expect(became instanceof Replaced && became.signals).toBe("all");
  expect(main("--")).rejects.toThrow("became /usr/local/bin/hermes");
  expect(main("--", "gateway", "run")).rejects.toThrow(
    "became /usr/local/bin/hermes -p default gateway run",
  );
});

test("hermes-boot main says that a command which only asks for a start ends the container", async () => {
  for (const [words, notes] of [
    [["gateway", "start"], 1],
    [["-p", "coder", "gateway", "restart"], 1],
    [["gateway", "run"], 0],
    [["bash", "-c", "gateway start"], 0],
  ] as const) {
    const host = container();
    host.disk.putFile("/usr/bin/bash", "", { mode: 0o755 });
    await hermesBoot(host, "main", "--", ...words);
    const told = host.notes.filter((line) =>
      /^warning: `gateway (?:re)?start` ends .* the container ends with it: use `gateway run`/.test(
        line,
      ),
    );
    expect({ words, told: told.length }).toEqual({ words, told: notes });
  }
});

test("hermes-boot main does not hand on that the container is a supervised gateway", async () => {
  const sentinels = { HERMES_S6_SUPERVISED_CHILD: "1", HERMES_SUPERVISED_CHILD: "1" };
  const host = container({ uid: 0, users: [HERMES], environment: { ...sentinels, MARK: "x" } });
  host.disk.putDirectory("/run/hermes", { uid: HERMES.uid });
  const command = ["main", "--", "gateway", "run"];
  const ended = runCommandLine(host, HERMES_BOOT, command);
  const became = await ended.catch((error: unknown) => error);
  const environment = became instanceof Replaced ? became.environment : {};
  expect(environment["MARK"]).toBe("x");
  expect(Object.keys(environment).filter((name) => name in sentinels)).toEqual([]);
});

test("hermes-boot main refuses who is neither root nor hermes", async () => {
  const host = container({ uid: 1234, users: [HERMES] });
  const { code, notes } = await hermesBoot(host, "main", "--", "sleep");
  expect(code).toBe(1);
  expect(notes[0]).toStartWith("✗ Cannot run as uid 1234: ");
  expect(notes[1]).toContain("HERMES_UID=1234");
});

test("hermes-boot main never leaves the command to root", async () => {
  const host = container({
    uid: 0,
    users: [HERMES],
    environment: { HERMES_DOCKER_EXEC_AS_ROOT: "1" },
  });
  host.disk.putFile(MAIN_WRAPPER, "");
  host.users.becomeUser = () => {
    throw new Error("EPERM");
  };
  expect(await hermesBoot(host, "main")).toMatchObject({
    code: 1,
    notes: [
      "✗ Cannot drop from root to hermes: EPERM",
      "  Hint: add --cap-add SETUID --cap-add SETGID to docker run",
    ],
  });
});
