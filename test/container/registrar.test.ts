import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { REPOSITORY } from "../support/executable.ts";
import type { Container } from "./harness/container.ts";
import type { ProgramResult } from "./harness/run-program.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { readConditions } from "./support/status.ts";
import { listTree } from "./support/tree.ts";

const HERMES = "10000:10000";
const SOCKET = "/run/hermes-registrar/socket";
/** s6-sudod takes from its client the value of every variable that is empty where it runs. */
const EMPTY_VARIABLES = [
  "BUN_OPTIONS",
  "LD_DEBUG",
  "LD_DEBUG_OUTPUT",
  "S6_PROFILE_GATEWAY_SCANDIR",
];
let container: Container;

beforeAll(async () => {
  container = await bootContainer({
    env: Object.fromEntries(EMPTY_VARIABLES.map((name) => [name, ""])),
  });
  await container.execOk("hermes", ["hermes", "profile", "create", "coder"]);
  const byHand = "mkdir /opt/data/profiles/byhand && echo Hi >/opt/data/profiles/byhand/SOUL.md";
  await container.execOk("hermes", ["sh", "-c", byHand]);
});
afterAll(async () => {
  await container.remove();
});

/** Asks the registrar as its client does. */
function ask(
  user: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  return container.exec(user, ["s6-sudo", SOCKET, ...words], { env });
}

describe("the registrar", () => {
  test("refuses what hermes must not ask, and changes nothing", async () => {
    const requests = [
      ["register", "../x"],
      ["register", "a b"],
      ["register", "x".repeat(300)],
      ["register", "nobody"],
      ["register", "byhand", "coder"],
      ["register", "--help"],
      ["register", "-y"],
      ["register", "byhand", "-y"],
      ["register", ""],
      ["register", "BYHAND"],
      ["register", " byhand"],
      ["register", "byhand\n"],
      ["register", "."],
      ["register", "hermes"],
      ["register", "byhand/../byhand"],
      ["register", "profiles/byhand"],
      ["register"],
      ["unregister", "../coder"],
      ["unregister", "nobody"],
      ["unregister", "default"],
      ["unregister"],
      ["Register", "byhand"],
      ["setup"],
      ["reconcile"],
      ["shutdown"],
      ["registrar", "register", "byhand"],
      ["volume", "seed"],
      ["main", "--", "id"],
      ["--", "register", "byhand"],
      ["--help"],
      ["", "byhand"],
      [],
    ];
    const before = await listTree(container, "/run");
    for (const request of requests) {
      const { code, stdout, stderr } = await ask(HERMES, request);
      const said = `${JSON.stringify(request)}: ${stdout}${stderr}`;
      expect([said, code === 0]).toEqual([said, false]);
      expect(said).not.toContain("    at ");
      expect(stderr).toMatch(/^(?:✗ Refused: |✗ Cannot |s6-)/);
    }
    expect(await listTree(container, "/run")).toEqual(before);
  });

  test.each(["1234:1234", "1234:10000", "10001:10000", "65534:65534"])(
    "refuses everything that uid:gid %s asks",
    async (user) => {
      const before = await listTree(container, "/run");
      const result = await ask(user, ["register", "byhand"]);
      expect(result.code).not.toBe(0);
      expect(result.stdout).toBe("");
      expect(await listTree(container, "/run")).toEqual(before);
    },
  );

  test("takes nothing of its client's environment", async () => {
    const trap = `
      mkdir -p /tmp/home/profiles/evil /tmp/scan /tmp/bin
      echo Evil >/tmp/home/profiles/evil/SOUL.md
      for name in s6-svscanctl mkfifo s6-setuidgid; do
        printf '#!/bin/sh\\ntouch /tmp/hijacked\\n' >/tmp/bin/$name
        chmod 0755 /tmp/bin/$name
      done
      echo 'require("node:fs").writeFileSync("/tmp/hijacked", "")' >/tmp/evil.js`;
    await container.execOk(HERMES, ["sh", "-euc", trap]);
    const before = await listTree(container, "/run/service");
    const evil = {
      HERMES_HOME: "/tmp/home",
      S6_PROFILE_GATEWAY_SCANDIR: "/tmp/scan",
      BUN_OPTIONS: "--preload=/tmp/evil.js",
      BUN_INSPECT_PRELOAD: "/tmp/evil.js",
      // The dynamic linker of whatever gets these writes a file as that program's user.
      LD_DEBUG: "libs",
      LD_DEBUG_OUTPUT: "/tmp/linker",
    };
    const refused = await ask(HERMES, ["register", "evil"], evil);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toStartWith("✗ Cannot register gateway 'evil': no such profile");
    expect(await listTree(container, "/run/service")).toEqual(before);

    const path = "/tmp/bin:/command:/usr/local/bin:/usr/bin:/bin";
    const sudo = ["env", `PATH=${path}`, "s6-sudo", SOCKET];
    const done = await container.exec(HERMES, [...sudo, "register", "byhand"], { env: evil });
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(await readConditions(container)).toMatchObject({ byhand: "down", coder: "down" });
    const found = ["-name", "hijacked", "-o", "-name", "linker*", "-user", "0"];
    expect(await container.execOk("root", ["find", "/tmp", ...found])).toBe("");
    expect(await container.execOk("root", ["ls", "-A", "/tmp/scan"])).toBe("");
  });

  test("does what hermes may ask for", async () => {
    expect(await ask(HERMES, ["unregister", "coder"])).toMatchObject({ code: 0, stderr: "" });
    expect((await container.exec("root", ["test", "-e", "/run/service/gateway-coder"])).code).toBe(
      1,
    );
    expect(await ask(HERMES, ["register", "coder"])).toMatchObject({ code: 0, stderr: "" });
    expect(await ask(HERMES, ["register", "coder"])).toMatchObject({ code: 0, stderr: "" });
    expect(await readConditions(container)).toMatchObject({ coder: "down" });
  });

  test("is there all the same if a busy machine makes it late", async () => {
    const slow = join(REPOSITORY, "test/container/fixtures/slow-mkdir");
    await using late = await bootContainer({
      flags: [`--volume=${slow}:/usr/local/sbin/mkdir:ro`],
    });
    await late.execOk("hermes", ["hermes", "profile", "create", "coder"]);
    expect(await readConditions(late)).toMatchObject({ coder: "down" });
    expect(await readOutput(late)).not.toContain("registrar");
  });
});
