import { expect, test } from "bun:test";
import { parseProcStat } from "../../../src/host/processes.ts";

const REST =
  "S 1 12 13 0 -1 4194560 2034 0 0 0 3 1 0 0 20 0 5 0 987654 75337728 4096 18446744073709551615";

const stat = (command: string) => `4711 (${command}) ${REST}\n`;

test("parseProcStat() reads pid, command, state, parent, group, session and start time", () => {
  expect(parseProcStat(stat("hermes"))).toEqual({
    pid: 4711,
    command: "hermes",
    state: "S",
    parent: 1,
    group: 12,
    session: 13,
    startTime: 987_654,
  });
});

test.each(["a b", "a) S 9 9", "((", "))", "tmux: server", "", ") Z 1", "new\nline"])(
  "parseProcStat() is not confused by the command '%s'",
  (command) => {
    expect(parseProcStat(stat(command))).toMatchObject({
      pid: 4711,
      command,
      state: "S",
      startTime: 987_654,
    });
  },
);

test.each(["", "4711", "4711 (x", "4711 (x)", "4711 (x) S 1 12", ")(", "\0\0"])(
  "parseProcStat() gives null for %j",
  (text) => {
    expect(parseProcStat(text)).toBeNull();
  },
);
