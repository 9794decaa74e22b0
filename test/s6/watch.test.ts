import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";
import { openWindow } from "../support/window.ts";

const tree = useTree();

/** A terminal of 70 columns; what the shell in it can tell of it before and after. */
const SCRIPT = `
trap : INT QUIT
stty rows 20 cols 70
look() { echo "[[$(stty -g) $(grep flags /proc/self/fdinfo/0)]]"; }
look
"$TREE/bin/hermes" status --watch --interval 0.2
echo "[[code $?]]"
look
`;

interface Terminal {
  readonly shown: () => string;
  readonly type: (keys: string) => void;
  readonly ended: Promise<void>;
}

/** Runs the script in a terminal of its own. */
function openTerminal(): Terminal {
  const argv = tree().enter(["/usr/bin/script", "-qec", SCRIPT, "/dev/null"]);
  const env = { ...tree().env, SHELL: "/bin/sh", TERM: "xterm-256color" };
  const child = Bun.spawn([...argv], { env, stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  let text = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) text += decoder.decode(chunk, { stream: true });
  })();
  return {
    shown: () => text,
    type: (keys) => {
      void child.stdin.write(keys);
      void child.stdin.flush();
    },
    ended: reading,
  };
}

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const pictures = (text: string) => text.split("\u001b[?2026h").slice(1);

/** What the shell told, in order: the terminal before, the exit code, the terminal after. */
function told(text: string): readonly string[] {
  return [...text.matchAll(/\[\[(.*?)\]\]/g)].map(([, one]) => one ?? "");
}

const height = (picture: string) => picture.split("\r\n").length;

const watcher = () =>
  tree()
    .processes()
    .find(({ argv }) => argv.includes("--watch") && (argv[0] ?? "").endsWith("/hermes"))?.pid ?? 0;

const ENDINGS: readonly (readonly [string, number, (terminal: Terminal) => Promise<void>])[] = [
  ["q", 0, async ({ type }) => type("q")],
  ["^C", 130, async ({ type }) => type("\u0003")],
  ["^\\\\", 131, async ({ type }) => type("\u001C")],
  ["SIGTERM", 143, async () => tree().signal("TERM", watcher())],
];

test.each(ENDINGS)(
  "hermes status --watch draws, and %s ends it with %i and the terminal as it was",
  async (_, code, end) => {
    tree().addProfile("coder");
    const terminal = openTerminal();
    await waitFor("three pictures", () => pictures(terminal.shown()).length >= 3);
    await end(terminal);
    await terminal.ended;
    const text = terminal.shown();
    const [before, ending, after] = told(text);
    expect(ending).toBe(`code ${code}`);
    expect(after).toBe(before ?? "");
    // O_NONBLOCK would be 04000.
    expect(before).toMatch(/flags:\s+0[0-3]?[0-9]*$/);
    expect(text).toContain(ENTER);
    expect(text.slice(text.lastIndexOf("\u001b[?2026l"))).toContain(LEAVE);
    // Never an empty screen in between: each picture is written over the last one.
    expect(text).not.toContain("\u001b[2J");
    for (const picture of pictures(text)) {
      expect(picture).toStartWith("\u001b[HManager: s6 (container supervisor)");
      const lines = (picture.split("\u001b[?2026l")[0] ?? "").split("\r\n");
      expect(lines.length).toBeLessThanOrEqual(20);
      for (const line of lines) {
        expect(Bun.stripANSI(line).length).toBeLessThan(70);
        expect(line).toContain("\u001b[K");
      }
    }
  },
);

test("hermes status --watch follows a terminal that changes its size", async () => {
  const terminal = openTerminal();
  await waitFor("a picture", () => pictures(terminal.shown()).length > 0);
  const device = await tree().run(["/bin/readlink", `/proc/${watcher()}/fd/1`]);
  const resize = `stty rows 8 cols 50 <${device.stdout.trim()}`;
  expect((await tree().run(["/bin/sh", "-c", resize])).code).toBe(0);
  await waitFor("a smaller picture", () => height(pictures(terminal.shown()).at(-1) ?? "") <= 8);
  terminal.type("q");
  await terminal.ended;
  expect(told(terminal.shown())[1]).toBe("code 0");
});

test("hermes status --watch takes the loss of its window for SIGHUP", async () => {
  const said = join(tree().directory, "said");
  const script = `trap : HUP; "$TREE/bin/hermes" status --watch 2>"${said}"; echo "code=$?" >>"${said}"`;
  await using window = openWindow(tree().enter(["/bin/sh", "-c", script]), { env: tree().env });
  await window.shows("every 2 s");
  window.close();
  await waitFor("its end", () => readFileSync(said, "utf8").includes("code="));
  expect(readFileSync(said, "utf8")).toBe("code=129\n");
});

test("hermes status --watch gives the terminal back at ^Z, and takes it again with fg", async () => {
  const shell = ["/bin/bash", "--norc", "-i"];
  await using window = openWindow(tree().enter(shell), { env: tree().env });
  window.type('"$TREE/bin/hermes" status --watch --interval 0.2\r');
  await window.shows("q ends");
  window.type("\u001A");
  await window.shows("Stopped");
  window.type("clear; stty -a | grep -o ' icanon'\r");
  await waitFor("a line mode", () => /^ icanon/m.test(window.text()));
  const before = pictures(window.bytes()).length;
  window.type("fg\r");
  await waitFor("another picture", () => pictures(window.bytes()).length > before + 1);
  window.type("q");
  await waitFor("its end", () => window.bytes().split(LEAVE).length === 3);
  window.type("exit\r");
  expect(await window.exited).toBe(0);
});
