import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zoneFile } from "../support/zone-file.ts";
import type { Container } from "./harness/container.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer } from "./support/booted.ts";
import { linesOf } from "./support/messages.ts";

const CURRENT = "/opt/data/logs/gateways/coder/current";

/** The time in front of a line. */
const time = (line: string) => Date.parse(line.split(" ")[0] ?? "");

/** The last line, as somebody in Tokyo sees it. */
async function readLast(container: Container, ...flags: readonly string[]): Promise<string> {
  const words = ["hermes", "-p", "coder", "gateway", "logs", "-n", "1", ...flags];
  return container.execOk("root", words, { env: { TZ: "Asia/Tokyo" } });
}

describe("hermes gateway logs", () => {
  let container: Container;
  const hermes = (...words: readonly string[]) => container.exec("root", ["hermes", ...words]);
  const logs = (...flags: readonly string[]) => hermes("-p", "coder", "gateway", "logs", ...flags);

  beforeAll(async () => {
    container = await bootContainer();
    await container.execOk("root", ["hermes", "profile", "create", "coder"]);
    await container.execOk("root", ["hermes", "-p", "coder", "gateway", "start"]);
    await waitFor(async () => (await logs()).stdout.includes("Gateway 'coder' runs"));
  }, 120_000);

  afterAll(async () => {
    await container.remove();
  });

  test("-f goes on over restarts of the gateway and a rotation of its log, and ends with ^C", async () => {
    const follow =
      "echo $$ >/tmp/follow.pid; exec hermes -p coder gateway logs -f -n 0 >/tmp/followed";
    const following = container.exec("hermes", ["sh", "-c", follow]);
    const shell = (script: string) => container.exec("hermes", ["sh", "-c", script]);
    const isOpen = "ls -l /proc/$(cat /tmp/follow.pid)/fd | grep -q 'coder/current$'";
    await waitFor(async () => (await shell(isOpen)).code === 0);
    await hermes("-p", "coder", "gateway", "restart");
    await container.execOk("root", ["s6-svc", "-a", "/run/service/gateway-coder/log"]);
    await hermes("-p", "coder", "gateway", "restart");
    const followed = async () => (await shell("cat /tmp/followed")).stdout;
    await waitFor(async () => linesOf(await followed(), /runs \(pid/).length >= 2);
    await container.execOk("hermes", ["sh", "-c", "kill -INT $(cat /tmp/follow.pid)"]);
    const { code, stderr } = await following;
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    const stdout = await followed();
    expect(linesOf(stdout, /Gateway 'coder' ended after SIGTERM/)).toHaveLength(2);
    const starts = linesOf(stdout, /Gateway 'coder' runs \(pid \d+\)$/);
    expect(new Set(starts).size).toBe(2);
    expect(starts).toHaveLength(2);
  });

  test("shows times in the zone of the reader, and in UTC", async () => {
    const utc = await readLast(container, "--utc");
    const tokyo = await readLast(container);
    expect(utc).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}/);
    expect(tokyo).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00 {2}/);
    expect(time(tokyo)).toBe(time(utc));
    expect(Math.abs(Date.now() - time(utc))).toBeLessThan(600_000);
  });

  test("--all has every gateway's name in front, --boot the boots", async () => {
    await hermes("gateway", "start");
    await waitFor(async () => {
      const { stdout } = await hermes("gateway", "logs", "--all", "--since", "5m");
      return (
        /^default {2}\S+Z {2}Gateway 'default' runs/m.test(stdout) &&
        /^coder {4}\S+Z {2}/m.test(stdout)
      );
    });
    expect((await hermes("gateway", "logs", "--boot")).stdout).toMatch(
      /^\S+Z {2}profile=default prior_state=None action=registered$/m,
    );
  });

  test("follows a link with the rights of hermes, and none as root", async () => {
    const away = `mv ${CURRENT} ${CURRENT}.away && ln -s`;
    await container.execOk("hermes", ["sh", "-c", `${away} /etc/shadow ${CURRENT}`]);
    const asRoot = () =>
      container.exec("root", ["hermes", "-p", "coder", "gateway", "logs", "-n", "all"], {
        env: { HERMES_DOCKER_EXEC_AS_ROOT: "1" },
      });
    for (const result of [await logs("-n", "all"), await asRoot()]) {
      expect(result.stdout).not.toContain("root:");
      expect(result.stderr).toStartWith(`warning: cannot read ${CURRENT}: `);
    }
    await container.execOk("hermes", ["ln", "-sf", `${CURRENT}.away`, CURRENT]);
    expect((await logs("-n", "all")).stdout).toContain("Gateway 'coder' runs");
    expect((await asRoot()).stderr).toBe(`warning: cannot read ${CURRENT}: is a link\n`);
    await container.execOk("hermes", ["mv", `${CURRENT}.away`, CURRENT]);
  });

  test("reads lines with local time that an earlier version wrote, among those of this one", async () => {
    const old = `printf '2026-01-20 07:23:05.123456789  old\\n' >${CURRENT}.new && cat ${CURRENT} >>${CURRENT}.new && cat ${CURRENT}.new >${CURRENT} && rm ${CURRENT}.new`;
    await container.execOk("hermes", ["sh", "-c", old]);
    const { stdout } = await logs("-n", "all", "--utc");
    expect(stdout).toMatch(/^2026-01-20T07:23:05\.123Z {2}old$/m);
    expect(stdout).toMatch(/^\S+Z {2}Gateway 'coder' runs/m);
  });

  test("can do nothing to a terminal, whatever the gateway printed", async () => {
    const hostile = String.raw`printf '2026-11-20 07:23:05.123456789  \033]0;owned\007\033[2J\033[31mred\n' >>${CURRENT}`;
    await container.execOk("hermes", ["sh", "-c", hostile]);
    const script = "script -qec 'hermes -p coder gateway logs -n 1 --color never' /dev/null";
    const { stdout } = await container.exec("hermes", ["sh", "-c", script]);
    expect(stdout).toBe("2026-11-20T07:23:05.123Z  ^[]0;owned^G^[[2Jred\r\n");
    // Without a terminal of its own, `docker exec` writes to the operator's.
    expect((await logs("-n", "1")).stdout).toBe("2026-11-20T07:23:05.123Z  ^[]0;owned^G^[[2Jred\n");
    expect((await logs("-n", "1", "--raw")).stdout).toContain("\u001b[2J");
  });
});

test("hermes gateway logs takes the zone from a file that is mounted on /etc/localtime", async () => {
  const directory = mkdtempSync(join(tmpdir(), "hermes-zone-"));
  try {
    const file = join(directory, "localtime");
    // A zone without a name, half an hour off every other.
    writeFileSync(file, zoneFile(-12_600, [], "<-0330>3:30"));
    await using container = await bootContainer({ volumes: [`${file}:/etc/localtime:ro`] });
    await container.execOk("root", ["hermes", "profile", "create", "coder"]);
    await container.execOk("root", ["hermes", "-p", "coder", "gateway", "start"]);
    const logs = (...flags: readonly string[]) =>
      container.execOk("root", ["hermes", "-p", "coder", "gateway", "logs", ...flags]);
    await waitFor(async () => (await logs("--since", "10m")).includes("Gateway 'coder' runs"));
    const [first = ""] = (await logs("--since", "10m")).split("\n");
    expect(first).toMatch(/^\S+T\S+-03:30 {2}/);
    expect(Math.abs(Date.now() - time(first))).toBeLessThan(600_000);
    const events = await container.execOk("root", ["hermes", "gateway", "events", "--all"]);
    expect(events).toContain("-03:30  coder");
    // A name that the image has no file of.
    const remote = ["sh", "-c", "TZ=US/Eastern hermes -p coder gateway logs -n 1"];
    expect(await container.execOk("root", remote)).toMatch(/^\S+-0[45]:00 {2}/);
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 120_000);
