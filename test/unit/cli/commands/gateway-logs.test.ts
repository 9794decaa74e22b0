import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";

const LOGS = "/vol/logs/gateways";
const line = (time: string, text: string) => `2026-11-20 ${time}.123456789  ${text}\n`;

function installation(options: FakeHostOptions = {}): FakeHost {
  const { environment, ...rest } = options;
  const host = new FakeHost({
    environment: { HERMES_HOME: "/vol", NO_COLOR: "1", ...environment },
    ...rest,
  });
  for (const name of ["coder", "writer"]) host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
  host.disk.putFile(`${LOGS}/coder/current`, line("07:20:00", "one") + line("07:22:00", "two"));
  host.disk.putFile(`${LOGS}/writer/current`, line("07:21:00", "\u001b[31mred"));
  host.disk.putFile(
    "/vol/logs/container-boot.log",
    "2026-11-20T07:19:00+0000 profile=coder action=started\n",
  );
  return host;
}

test("hermes gateway logs shows one gateway's lines, with times that say their zone", async () => {
  expect(await hermes(installation(), "-p", "coder", "gateway", "logs")).toEqual({
    code: 0,
    stdout: "2026-11-20T07:20:00.123Z  one\n2026-11-20T07:22:00.123Z  two\n",
    notes: [],
  });
  const host = installation({ environment: { TZ: "Europe/Berlin" } });
  host.disk.putFile("/run/s6/container_environment/TZ", "UTC");
  const berlin = await hermes(host, "-p", "coder", "gateway", "logs", "-n", "1");
  expect(berlin.stdout).toBe("2026-11-20T08:22:00.123+01:00  two\n");
  const utc = await hermes(host, "-p", "coder", "gateway", "logs", "-n", "1", "--utc");
  expect(utc.stdout).toBe("2026-11-20T07:22:00.123Z  two\n");
});

test("hermes gateway logs --all names each line's gateway, in the order of the times", async () => {
  const { stdout } = await hermes(installation(), "gateway", "logs", "--all");
  expect(stdout).toBe(
    [
      "coder    2026-11-20T07:20:00.123Z  one",
      "writer   2026-11-20T07:21:00.123Z  red",
      "coder    2026-11-20T07:22:00.123Z  two",
      "",
    ].join("\n"),
  );
  const last = await hermes(installation(), "gateway", "logs", "--all", "-n", "1");
  expect(last.stdout).toBe("coder    2026-11-20T07:22:00.123Z  two\n");
});

test("hermes gateway logs makes what a gateway printed harmless, unless --raw is given", async () => {
  const host = installation();
  host.disk.putFile(`${LOGS}/writer/current`, line("07:21:00", "\u001b[31mred\u001b[2J"));
  const { stdout } = await hermes(host, "-p", "writer", "gateway", "logs");
  expect(stdout).toBe("2026-11-20T07:21:00.123Z  red^[[2J\n");
  const raw = await hermes(host, "-p", "writer", "gateway", "logs", "--raw");
  expect(raw.stdout).toBe("2026-11-20T07:21:00.123Z  \u001b[31mred\u001b[2J\n");
});

/** The last two lines, with names as wide as that. */
const lastTwo = (name: string, width: number) =>
  `${"coder".padEnd(width)}  2026-11-20T07:22:00.123Z  two\n${name}  2026-11-20T07:23:00.123Z  last\n`;

test("hermes gateway logs --all leaves a terminal room for the lines, whatever the names are", async () => {
  const longest = "n".repeat(64);
  const shown = async (isOutputTerminal: boolean) => {
    const host = installation({ isOutputTerminal });
    host.disk.putFile(`/vol/profiles/${longest}/SOUL.md`, "");
    host.disk.putFile(`${LOGS}/${longest}/current`, line("07:23:00", "last"));
    const { stdout } = await hermes(host, "gateway", "logs", "--all", "-n", "2");
    return stdout;
  };
  expect(await shown(false)).toBe(lastTwo(longest, 64));
  expect(await shown(true)).toBe(lastTwo(`${"n".repeat(10)}…${"n".repeat(9)}`, 20));
});

test("hermes gateway logs --since leaves out what is older", async () => {
  const host = installation();
  expect((await hermes(host, "-p", "coder", "gateway", "logs", "--since", "2m")).stdout).toBe(
    "2026-11-20T07:22:00.123Z  two\n",
  );
  const none = await hermes(host, "-p", "coder", "gateway", "logs", "--since", "1s");
  expect(none).toEqual({ code: 0, stdout: "", notes: ["Nothing since then"] });
});

test("hermes gateway logs --boot shows the boots", async () => {
  const { stdout } = await hermes(installation(), "gateway", "logs", "--boot");
  expect(stdout).toBe("2026-11-20T07:19:00.000Z  profile=coder action=started\n");
});

test("hermes gateway logs --boot and --all need no current profile, and say where there was no boot", async () => {
  const host = installation();
  host.disk.putFile("/vol/active_profile", "../x\n");
  for (const flag of ["--boot", "--all"]) {
    expect(await hermes(host, "gateway", "logs", flag)).toMatchObject({ code: 0, notes: [] });
  }
  expect((await hermes(host, "gateway", "logs")).code).toBe(78);
  host.disk.files.removeFile("/vol/logs/container-boot.log");
  expect(await hermes(host, "gateway", "logs", "--boot")).toEqual({
    code: 0,
    stdout: "",
    notes: ["No boot has been written down yet"],
  });
});

test("hermes gateway logs takes any number of lines, and a time of day", async () => {
  const host = installation();
  const many = await hermes(host, "-p", "coder", "gateway", "logs", "-n", "1000000000000");
  expect(many.stdout.split("\n")).toHaveLength(3);
  const since = await hermes(host, "-p", "coder", "gateway", "logs", "--since", "07:21");
  expect(since.stdout).toBe("2026-11-20T07:22:00.123Z  two\n");
});

test("hermes gateway logs of a gateway that printed nothing says so, and of none exits 4", async () => {
  const host = installation();
  expect(await hermes(host, "gateway", "logs")).toEqual({
    code: 0,
    stdout: "",
    notes: [
      "Nothing is on the volume yet; see the container's output, or where a gateway in the foreground was started",
    ],
  });
  const { code, notes } = await hermes(host, "-p", "typo", "gateway", "logs");
  expect(code).toBe(4);
  expect(notes[0]).toStartWith("✗ no such gateway 'typo': register it with ");
});

test("hermes gateway logs names a log that it may not read", async () => {
  const host = installation();
  host.disk.files.removeFile(`${LOGS}/coder/current`);
  host.disk.putLink(`${LOGS}/coder/current`, "/etc/shadow");
  expect((await hermes(host, "-p", "coder", "gateway", "logs")).notes).toEqual([
    `✗ Cannot read ${LOGS}/coder/current: is a link`,
    "  Hint: see `hermes doctor`",
  ]);
});

test.each([
  [["-n", "few"], "-n takes a number or `all`, not 'few'"],
  [["-n", "-1"], "-n takes a number or `all`, not '-1'"],
  [
    ["--since", "soon"],
    "Cannot read the time 'soon': --since takes `10m`, `1h30m`, `2d`, `08:20`, `today`, `yesterday` or `2026-11-20T07:23`",
  ],
  [["--all", "--boot"], "--all and --boot exclude each other"],
])("hermes gateway logs %j is wrong usage", async (flags, message) => {
  const { code, notes } = await hermes(installation(), "gateway", "logs", ...flags);
  expect(code).toBe(2);
  expect(notes[0]).toBe(`✗ ${message}`);
});

test("hermes gateway logs -f goes on until a signal, with logs that come into being", async () => {
  const host = installation();
  host.clock.after(500, () => {
    host.files.appendToFile(`${LOGS}/coder/current`, line("07:24:00", "three"), 0o644);
  });
  host.clock.after(3000, () => {
    host.disk.putFile("/vol/profiles/new/SOUL.md", "");
    host.disk.putFile(`${LOGS}/new/current`, line("07:25:00", "hello"));
  });
  host.clock.after(9000, () => host.end("SIGINT"));
  const { code, stdout } = await hermes(host, "gateway", "logs", "--all", "-f", "-n", "1");
  expect(code).toBe(130);
  expect(stdout).toBe(
    [
      "coder    2026-11-20T07:22:00.123Z  two",
      "coder    2026-11-20T07:24:00.123Z  three",
      "new      2026-11-20T07:25:00.123Z  hello",
      "",
    ].join("\n"),
  );
});
