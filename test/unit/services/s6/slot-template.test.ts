import { expect, test } from "bun:test";
import { RUNTIME_VARIABLES } from "../../../../src/core/runtime-environment.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../../../src/profiles/name.ts";
import type { SlotContext } from "../../../../src/services/s6/slot-shell.ts";
import { renderSlot, type SlotEntry } from "../../../../src/services/s6/slot-template.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");

const IMAGE: SlotContext = {
  interpreter: "/command/with-contenv sh",
  executable: "/usr/local/bin/hermes",
  bootExecutable: "/usr/local/bin/hermes-boot",
  user: { name: "hermes", home: "/opt/data" },
  setuidgid: "/command/s6-setuidgid",
  notifyOnCheck: "/command/s6-notifyoncheck",
  svc: "/command/s6-svc",
  svstat: "/command/s6-svstat",
  startLocks: "/run/hermes-boot/start-*.lock",
};

const AS_HERMES: SlotContext = { ...IMAGE, user: null, setuidgid: "" };

const outline = (entries: readonly SlotEntry[]) =>
  entries.map(({ kind, path, mode }) => `${kind} ${mode.toString(8)} ${path}`);

function textOf(path: string, name: ProfileName = CODER, context: SlotContext = IMAGE): string {
  const entry = renderSlot(name, false, context).find((one) => one.path === path);
  return entry?.kind === "file" ? entry.text : "";
}

const lines = (path: string, name?: ProfileName, context?: SlotContext) =>
  textOf(path, name, context).split("\n");

test("renderSlot() makes exactly these entries with exactly these modes", () => {
  expect(outline(renderSlot(CODER, false, IMAGE))).toEqual([
    "file 644 type",
    "file 755 run",
    "file 755 finish",
    "file 644 timeout-kill",
    "file 644 timeout-finish",
    "file 644 notification-fd",
    "directory 755 data",
    "file 755 data/check",
    "file 644 down",
    "directory 710 supervise",
    "fifo 620 supervise/control",
    "lock 600 supervise/lock",
    "directory 755 log",
    "file 644 log/type",
    "file 755 log/run",
    "file 644 log/down",
    "directory 710 log/supervise",
    "fifo 620 log/supervise/control",
    "lock 600 log/supervise/lock",
  ]);
});

test("renderSlot() leaves out both `down`, and nothing else, for a gateway that is to start", () => {
  const down = outline(renderSlot(CODER, false, IMAGE));
  const started = outline(renderSlot(CODER, true, IMAGE));
  expect(started).toEqual(down.filter((line) => !/^file 644 (?:log\/)?down$/.test(line)));
});

test("renderSlot() has a gateway and its logger come back after the death of their supervisors", () => {
  const script = lines("run");
  const ours = script.findIndex((line) => line.includes("hermes-boot"));
  for (const line of [
    "[ ! -e down ] || rm -f down",
    "[ ! -e log/down ] || { /command/s6-svc -u log && rm -f log/down; }",
  ]) {
    expect(script.indexOf(line)).toBeWithin(0, ours);
  }
});

const scripts = (start: boolean) =>
  renderSlot(CODER, start, IMAGE).filter(({ path }) => !path.endsWith("down"));

test("renderSlot() has the same scripts whether the gateway is to start or not", () => {
  expect(scripts(true)).toEqual(scripts(false));
});

test("renderSlot() gives the group what watches and commands, and nothing that is executed", () => {
  const open = renderSlot(CODER, false, IMAGE).filter((one) => "group" in one && one.group);
  expect(open.map(({ path }) => path)).toEqual([
    "supervise",
    "supervise/control",
    "log/supervise",
    "log/supervise/control",
  ]);
});

test("renderSlot() makes every directory before what is in it", () => {
  const made = new Set<string>([""]);
  for (const { kind, path } of renderSlot(CODER, true, IMAGE)) {
    expect(made).toContain(path.split("/").slice(0, -1).join("/"));
    if (kind === "directory") made.add(path);
  }
});

test("renderSlot() writes the small files as s6 reads them", () => {
  expect(textOf("type")).toBe("longrun\n");
  expect(textOf("log/type")).toBe("longrun\n");
  expect(textOf("timeout-kill")).toBe("10000\n");
  expect(textOf("timeout-finish")).toBe("15000\n");
  expect(textOf("notification-fd")).toBe("3\n");
});

test("renderSlot() starts `run` with the interpreter of the image, in strict mode", () => {
  expect(lines("run").slice(0, 2)).toEqual(["#!/command/with-contenv sh", "# shellcheck shell=sh"]);
  expect(lines("run")).toContain("set -eu");
  expect(lines("log/run")[0]).toBe("#!/command/with-contenv sh");
});

test("renderSlot() clears what could change the executable, before it starts it", () => {
  for (const path of ["run", "finish", "log/run"]) {
    const script = lines(path);
    const unset = script.indexOf(`unset ${RUNTIME_VARIABLES.join(" ")}`);
    expect(unset).toBeGreaterThan(0);
    expect(unset).toBeLessThan(script.findIndex((line) => line.includes("/usr/local/bin/hermes")));
  }
});

test("renderSlot() runs `hermes -p NAME gateway run --replace`, the default one without -p", () => {
  expect(textOf("run")).toContain(" /usr/local/bin/hermes -p coder gateway run --replace\n");
  expect(textOf("run", DEFAULT_PROFILE)).toContain(
    " /usr/local/bin/hermes gateway run --replace\n",
  );
});

test("renderSlot() marks the supervised process and tells its pid", () => {
  expect(lines("run")).toContain(
    'export HERMES_S6_SUPERVISED_CHILD=1 HERMES_SUPERVISED_CHILD=1 HERMES_S6_SUPERVISED_PID="$$"',
  );
});

test("renderSlot() drops to hermes, with its HOME, unless it is hermes already", () => {
  for (const path of ["run", "finish", "log/run", "data/check"]) {
    const script = lines(path).map((line) => line.trim());
    expect(script).toContain("export HOME=/opt/data USER=hermes LOGNAME=hermes");
    expect(script).toContain('[ "$(id -u)" -ne 0 ] || set -- /command/s6-setuidgid hermes "$@"');
  }
});

test("renderSlot() does not drop if the whole tree is hermes", () => {
  for (const path of ["run", "finish", "log/run", "data/check"]) {
    const script = textOf(path, CODER, AS_HERMES);
    expect(script).not.toContain("setuidgid");
    expect(script).not.toContain("id -u");
  }
});

test("renderSlot() asks `hermes-boot check NAME` for readiness and logs with `hermes-boot log NAME`", () => {
  expect(lines("data/check")).toContain(
    '{ (as_user /usr/local/bin/hermes-boot check "$name") || code=$?; } 2>data/check.said',
  );
  expect(lines("log/run")).toContain('set -- /usr/local/bin/hermes-boot log "$name"');
});

test("renderSlot() gives the logger an output of its own before it drops, for s6-log changes it", () => {
  const script = lines("log/run");
  const reopened = script.indexOf("  exec >>/proc/self/fd/1");
  expect(reopened).toBeGreaterThan(0);
  expect(reopened).toBeLessThan(script.findIndex((line) => line.includes("setuidgid")));
});

test("renderSlot() listens for readiness before it drops, since the event directory is root's", () => {
  expect(lines("run").at(-2)).toStartWith("exec /command/s6-notifyoncheck -d -n 0 ");
  expect(lines("run").at(-2)).toEndWith(' "$@"');
});

test("renderSlot() takes the log's path from HERMES_HOME at run time, never from the slot", () => {
  for (const entry of renderSlot(CODER, true, { ...IMAGE, user: null })) {
    if (entry.kind === "file") expect(entry.text).not.toContain("/opt/data");
  }
});

test("renderSlot() asks what follows an exit, and starts again slowly without an answer", () => {
  expect(lines("finish")).toContain(
    '{ (as_user /usr/local/bin/hermes-boot finish "$name" -- "$1" "$2" "$(wanted_up)" <data/pid) || code=$?; } >data/said 2>&1',
  );
  expect(lines("finish").slice(-9)).toEqual([
    'case "$code" in',
    '  0) [ "$(wanted_up)" != false ] || keep_down ;;',
    "  125) keep_down ;;",
    "  124) code=125 ;;",
    "  *) exec sleep 10 ;;",
    "esac",
    "true >data/pid || :",
    'exit "$code"',
    "",
  ]);
});

test("renderSlot() waits for a start lock before it runs anything of ours, and again after a delay", () => {
  const script = lines("run");
  const locks = script.flatMap((line, index) => (line.trim() === "take_start_lock" ? [index] : []));
  const ask = script.indexOf(
    'if wait="$(as_user /usr/local/bin/hermes-boot before-start coder "$$" <data/pid 2>data/said)"; then',
  );
  const sleep = script.indexOf('  (as_user sleep "$wait")');
  expect(locks).toEqual([ask - 1, sleep + 1]);
  expect(script).toContain("  set -- /run/hermes-boot/start-*.lock");
});

test("renderSlot() quotes every path that comes from the outside", () => {
  const hostile = "/opt/it's $(touch /pwned); `id`/hermes";
  const context: SlotContext = {
    ...IMAGE,
    executable: hostile,
    bootExecutable: `${hostile}-boot`,
    user: { name: "hermes", home: hostile },
    setuidgid: hostile,
    notifyOnCheck: hostile,
    svc: hostile,
  };
  const quoted = "'/opt/it'\\''s $(touch /pwned); `id`/hermes";
  for (const entry of renderSlot(CODER, false, context)) {
    if (entry.kind !== "file") continue;
    const places = entry.text.split("/pwned").length - 1;
    expect(entry.text.split(quoted).length - 1).toBe(places);
  }
  expect(textOf("run", CODER, context)).toContain(`${quoted}' -p coder gateway run --replace`);
});

test("renderSlot() varies from profile to profile by the name in `run` alone", () => {
  const other = profileName("writer-2");
  const renamed = renderSlot(CODER, false, IMAGE).map((entry) =>
    entry.kind === "file" && entry.path === "run"
      ? { ...entry, text: entry.text.replaceAll("coder", "writer-2") }
      : entry,
  );
  expect(renderSlot(other, false, IMAGE)).toEqual(renamed);
});
