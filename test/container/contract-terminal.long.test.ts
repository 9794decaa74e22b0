import { describe, expect, test } from "bun:test";
import { runContainer } from "./harness/container.ts";
import { bootContainer } from "./support/booted.ts";
import { execInTerminal, startInTerminal, type TerminalOptions } from "./support/terminal.ts";

const WINDOW = { columns: 123, rows: 41 };
const start = (options: Partial<TerminalOptions>) => startInTerminal({ ...WINDOW, ...options });
const shell = (script: string) => ["sh", "-c", script];

describe("a terminal (-it)", () => {
  test.concurrent("has the size of the window, and SIGWINCH when that changes", async () => {
    const script = [
      'trap "stty size; tput cols" WINCH',
      "stty size; tput cols; echo ready",
      "while :; do sleep 0.1; done",
    ].join("; ");
    await using session = await start({ args: shell(script) });
    await session.shows("ready");
    expect(session.screen()).toContain("41 123\r\n123\r\n");
    session.resize(99, 50);
    await session.shows("50 99\r\n99\r\n");
  });

  test.concurrent("gives every key to the program as it is", async () => {
    const script = "stty raw -echo; echo ready; head -c 6 | od -An -tx1";
    await using session = await start({ args: shell(script) });
    await session.shows("ready");
    session.type("\u0003\u001b[A\u0004\r");
    await session.shows("03 1b 5b 41 04 0d");
    expect(await session.exited).toBe(0);
  });

  test.concurrent("ends the program at ^C with 130", async () => {
    await using session = await start({ args: shell("echo ready; exec sleep 60") });
    await session.shows("ready");
    session.type("\u0003");
    expect(await session.exited).toBe(130);
  });

  test.concurrent("ends the program at ^\\ with 131", async () => {
    await using session = await start({ args: shell("echo ready; exec sleep 60") });
    await session.shows("ready");
    session.type("\u001c");
    expect(await session.exited).toBe(131);
  });

  test.concurrent("boots to the end whatever is typed meanwhile, and then leaves the keys to the command", async () => {
    const script = [
      "printf '#!/bin/sh\necho slow; sleep 2; echo whole\n' >/etc/cont-init.d/00-slow",
      "chmod 755 /etc/cont-init.d/00-slow",
      "exec /usr/local/lib/hermes/entrypoint.sh sh -c 'hermes gateway list; echo ready; exec sleep 60'",
    ].join("; ");
    await using session = await start({
      flags: ["--interactive", "--tty", "--entrypoint=/bin/sh"],
      args: ["-c", script],
    });
    await session.shows("slow");
    session.type("\u0003\u001c\u0003");
    await session.shows("ready");
    expect(session.screen()).toMatch(/whole[^]*1 registered[^]*default .*down/);
    session.type("\u0003");
    expect(await session.exited).toBe(130);
  });

  test.concurrent("leaves ^C to a program that wants it", async () => {
    const script = 'trap "echo caught; exit 5" INT; echo ready; while :; do sleep 0.1; done';
    await using session = await start({ args: shell(script) });
    await session.shows("ready");
    session.type("\u0003");
    await session.shows("caught");
    expect(await session.exited).toBe(5);
  });

  test.concurrent("is bash's, with job control, as hermes", async () => {
    await using session = await start({ args: ["bash", "--norc", "-i"] });
    session.type("PS1=; stty -echo; sleep 60 & jobs; echo user=$(id -un) mode=$HERMES_TUI_MODE.\n");
    await session.shows("user=hermes mode=.");
    expect(session.screen()).toContain("Running");
    expect(session.screen()).not.toMatch(/no job control|cannot set terminal/);
    session.type("kill %1; exit 3\n");
    expect(await session.exited).toBe(3);
  });
});

test.concurrent("^Z stops nothing that no shell could continue: docker exec -it … status --watch", async () => {
  await using container = await bootContainer();
  const argv = ["hermes", "status", "--watch", "--interval", "0.5"];
  await using session = execInTerminal(container.name, "hermes", argv, WINDOW);
  await session.sees("q ends");
  session.type("\u001a");
  await session.shows("\u001b[?1049l");
  session.type("q");
  expect(await session.exited).toBe(0);
});

/** What the program is: its descriptors that are terminals, and whether stage 2 said it is a session. */
const LOOK = 'for fd in 0 1 2; do test -t $fd && echo "fd$fd"; done; echo "mode=$HERMES_TUI_MODE."';

test.concurrent("-t alone gives a terminal", async () => {
  const { code, stdout } = await runContainer({ args: shell(LOOK), flags: ["--tty"] });
  expect(code).toBe(0);
  expect(stdout.replaceAll("\r", "")).toEndWith("fd0\nfd1\nfd2\nmode=.\n");
});

test.concurrent("-i alone gives a pipe, to its end", async () => {
  const script = `${LOOK}; tr a-z A-Z`;
  const result = await runContainer({ args: shell(script) }, { input: "to the end\n" });
  expect(result).toMatchObject({ code: 0, stdout: "mode=.\nTO THE END\n" });
});

test.concurrent("neither -i nor -t gives an empty stdin", async () => {
  const result = await runContainer({ args: shell(`${LOOK}; cat; echo end`) });
  expect(result).toMatchObject({ code: 0, stdout: "mode=.\nend\n" });
});

test.concurrent("a program whose reader goes away ends silently", async () => {
  const result = await runContainer({
    args: ["bash", "-c", "yes | head -1; echo ${PIPESTATUS[0]}"],
  });
  expect(result).toMatchObject({ code: 0, stdout: "y\n141\n" });
  expect(result.stderr).not.toMatch(/broken pipe/i);
});

/** Words, environment and descriptors of a command, and whether it is a terminal session. */
const SESSIONS = [
  [["--tui"], {}, 0],
  [["-T"], {}, 0],
  [["chat", "--tui"], {}, 0],
  [["chat"], {}, 1],
  [["chat", "--", "--tui"], {}, 1],
  [["chat"], { HERMES_TUI: "1" }, 0],
  [["chat"], { HERMES_TUI: "YES" }, 0],
  [["chat"], { HERMES_TUI: "0" }, 1],
  [["chat"], { HERMES_TUI: "garbage" }, 1],
  [["chat"], { HERMES_TUI: "" }, 1],
  [[], {}, 1],
] as const;

test("hermes-boot detect-tui -- ARGS exits 0 for a terminal session, 1 for none", async () => {
  await using container = await bootContainer();
  for (const [words, env, code] of SESSIONS) {
    const argv = ["hermes-boot", "detect-tui", "--", ...words];
    const result = await container.exec("hermes", argv, { env });
    expect(`${JSON.stringify([words, env])} ${result.code}`).toBe(
      `${JSON.stringify([words, env])} ${code}`,
    );
    expect(result).toMatchObject({ stdout: "", stderr: "" });
  }
});

describe("HERMES_TUI_MODE", () => {
  const variable = ["cat", "/run/s6/container_environment/HERMES_TUI_MODE"];

  test.concurrent("is in the container's environment if HERMES_TUI is on", async () => {
    await using container = await bootContainer({ env: { HERMES_TUI: "true" } });
    expect(await container.execOk("hermes", variable)).toBe("1\n");
    expect(
      await container.execOk("root", ["s6-svstat", "-o", "up", "/run/service/main-hermes"]),
    ).toBe("false\n");
  });

  test.concurrent("is not there for any other command", async () => {
    await using container = await bootContainer();
    expect((await container.exec("hermes", variable)).code).toBe(1);
  });

  test.concurrent("is 1 for `hermes` with no words and a terminal", async () => {
    // `env` stands where hermes is, so that the command shows what it got.
    const script = [
      "printf '#!/bin/sh\\nexec env\\n' >/usr/local/bin/shows-env",
      "chmod 755 /usr/local/bin/shows-env",
      "sed -i 's|hermes-boot main -- \"$@\"|hermes-boot main -- shows-env|' /usr/local/lib/hermes/main-wrapper.sh",
      "exec /usr/local/lib/hermes/entrypoint.sh",
    ].join("; ");
    await using session = await start({
      flags: ["--interactive", "--tty", "--entrypoint=/bin/sh"],
      args: ["-c", script],
    });
    await session.shows("HERMES_TUI_MODE=1");
    expect(await session.exited).toBe(0);
  });
});
