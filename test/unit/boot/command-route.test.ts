import { expect, test } from "bun:test";
import { routeCommand } from "../../../src/boot/command-route.ts";
import { FakeHost } from "../../support/fake-host.ts";

const HERMES = "/usr/local/bin/hermes";
const SUBCOMMANDS: ReadonlySet<string> = new Set(["chat", "gateway", "status"]);

function route(...args: readonly string[]): readonly string[] {
  const host = new FakeHost({ environment: { PATH: "bin:/usr/bin:/sbin" } });
  for (const path of ["/usr/bin/bash", "/usr/bin/chat", "/sbin/ip", "/opt/run.sh", "/bin/rel"]) {
    host.disk.putFile(path, "", { mode: 0o755 });
  }
  host.disk.putFile("/usr/bin/data", "");
  host.disk.putDirectory("/usr/bin/folder");
  return routeCommand(host, args, SUBCOMMANDS);
}

test("routeCommand() runs hermes without words, with flags and with its own commands", () => {
  expect(route()).toEqual([HERMES]);
  expect(route("--tui")).toEqual([HERMES, "--tui"]);
  expect(route("gateway", "run")).toEqual([HERMES, "gateway", "run"]);
});

test("routeCommand() prefers its own command to a program of that name", () => {
  expect(route("chat", "-q", "hi")).toEqual([HERMES, "chat", "-q", "hi"]);
});

test("routeCommand() runs a program on PATH, by its absolute path and with its words", () => {
  expect(route("bash", "-c", "exit 3")).toEqual(["/usr/bin/bash", "-c", "exit 3"]);
  expect(route("ip", "a")).toEqual(["/sbin/ip", "a"]);
});

test("routeCommand() runs a program that is named by its path", () => {
  expect(route("/opt/run.sh", "x")).toEqual(["/opt/run.sh", "x"]);
});

test.each(["unknown", "data", "folder", "rel", "/opt/absent", "/usr/bin", ""])(
  "routeCommand() leaves '%s' to hermes, which explains itself",
  (word) => {
    expect(route(word, "x")).toEqual([HERMES, word, "x"]);
  },
);

test("routeCommand() takes the word hermes for itself, also if PATH leads to no such program", () => {
  expect(route("hermes", "status", "--json")).toEqual([HERMES, "status", "--json"]);
  expect(route("hermes")).toEqual([HERMES]);
});

test("routeCommand() refuses a file that is named by its path and is no program", () => {
  expect(() => route("/usr/bin/data", "x")).toThrow(
    expect.objectContaining({
      message: "Cannot run '/usr/bin/data': user hermes may not execute it",
      exitCode: 126,
    }),
  );
});
