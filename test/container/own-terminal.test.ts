import { describe, expect, test } from "bun:test";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer } from "./support/booted.ts";
import { execInTerminal } from "./support/terminal.ts";
import { onVolumeAsHermes } from "./support/volume-content.ts";

/** An agent that types a command into its terminal (TIOCSTI), from everything of its that may be one. */
const TYPES = String.raw`
cat >agent <<'END'
#!/usr/bin/perl
open(my $tty, "+<", "/dev/tty");
for my $handle (*STDIN, *STDOUT, *STDERR, $tty) {
  ioctl($handle, 0x5412, my $key = $_) for split(//, "id -u >/tmp/typed-as\n");
}
print "typed by $>, ", (-t STDOUT ? "on a terminal" : "in a pipe"), "\n";
exit 7;
END
chmod 0755 agent
`;

/** One that talks to its terminal, and tells its size when it changes. */
const TALKS = String.raw`
cat >agent <<'END'
#!/bin/bash
trap 'echo "interrupted"' INT
size="$(stty size)"
echo "ready $size $SHELL"
while :; do
  if read -r -t 0.2 line; then
    [ "$line" != bye ] || exit 5
    echo "got $line"
  fi
  now="$(stty size)"
  [ "$now" = "$size" ] || echo "resized $now"
  size="$now"
done
END
chmod 0755 agent
`;

const ENV = { HERMES_AGENT: "/opt/data/agent" };
const WINDOW = { columns: 90, rows: 30 };

/**
 * Names the programs of hermes' on the terminal of root's shell that hermes could take over (ptrace(2)). A command of
 * root's that became hermes is none: its memory is root's until it becomes another program.
 */
const TAKEN = `
terminal="$(ps -o tty= -p "$(pgrep -o -f "bash --norc")")"
for pid in $(pgrep -t "$terminal" -u hermes); do
  [ "$(stat -c %u "/proc/$pid/fd")" != 10000 ] || ps -o args= -p "$pid"
done`;

/**
 * hermes' look for a process that has the terminal /dev/pts/0 and that it may take over: it can read what the
 * descriptors of that one lead to. It looks all the time, so that it sees a child of a few milliseconds, too.
 */
const HUNTS = String.raw`
$SIG{ALRM} = sub { exit };
alarm 240;
my %seen;
open(my $out, ">", "/tmp/taken");
$out->autoflush;
print $out "hunting\n";
for (;;) {
  for my $link (glob "/proc/[0-9]*/fd/*") {
    next unless (readlink($link) // "") eq "/dev/pts/0";
    my ($pid) = $link =~ m{/proc/(\d+)/};
    open(my $words, "<", "/proc/$pid/cmdline") or next;
    my $line = <$words> // "";
    $line =~ tr/\0/ /;
    print $out "$line\n" unless $seen{$line}++;
  }
}
`;

describe("a command of root's shell without an external agent", () => {
  test.concurrent("has no child for a moment that hermes could take over", async () => {
    await using container = await bootContainer();
    await using shell = execInTerminal(container.name, "root", ["bash", "--norc", "-i"], WINDOW);
    shell.type("clear; tty\r");
    await shell.sees("/dev/pts/0");
    await container.execOk("hermes", [
      "sh",
      "-c",
      'perl -MIO::Handle -e "$1" >/dev/null 2>&1 &',
      "sh",
      HUNTS,
    ]);
    const taken = () => container.execOk("root", ["cat", "/tmp/taken"]);
    await waitFor(async () => (await taken()) !== "", { what: "the hunt" });
    for (const [command, seen, keys] of [
      ["for i in 1 2 3 4 5; do hermes status; done", "Manager: s6", ""],
      ["for i in 1 2 3 4 5; do hermes profile list; done", "default", ""],
      ["hermes status --watch --interval 0.2", "every 0.2 s", "q"],
      ["hermes setup", "URL", "\u0003"],
    ] as const) {
      shell.type(`clear; ${command}; echo "en""d=$?"\r`);
      await shell.sees(seen);
      shell.type(keys);
      await shell.sees("end=");
    }
    expect(await taken()).toBe("hunting\n");
    shell.type("exit\r");
    await shell.exited;
  });

  test.concurrent("leaves nothing of hermes' on the shell's terminal", async () => {
    await using container = await bootContainer();
    await using shell = execInTerminal(container.name, "root", ["bash", "--norc", "-i"], WINDOW);
    const taken = async () => (await container.execOk("root", ["sh", "-c", TAKEN])).trim();
    for (const [command, seen, waits] of [
      ["hermes gateway run", "runs supervised", "infinity"],
      ["hermes gateway logs -f | cat", "runs (pid", "logs"],
    ] as const) {
      shell.type(`clear; ${command}\r`);
      await shell.sees(seen);
      await waitFor(
        async () =>
          (await container.exec("root", ["pgrep", "-u", "hermes", "-f", waits])).code === 0,
        { what: waits },
      );
      expect({ command, taken: await taken() }).toEqual({ command, taken: "" });
      shell.type("\u0003");
      await shell.sees("#");
    }
    shell.type("exit\r");
    await shell.exited;
  });
});

describe("an external agent that is started from a root shell", () => {
  test.concurrent("cannot type for root", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, TYPES);
    await using container = await bootContainer({
      env: ENV,
      volumes: [`${volume.name}:/opt/data`],
    });
    await using shell = execInTerminal(container.name, "root", ["bash", "--norc", "-i"], WINDOW);
    const commands = [
      ["hermes chat", "typed by 10000, on a terminal"],
      ["hermes gateway run --no-supervise", "typed by 10000, on a terminal"],
      ["hermes chat | cat", "typed by 10000, in a pipe"],
      ["hermes chat </dev/null 2>/dev/null", "typed by 10000, in a pipe"],
    ] as const;
    for (const [index, [command, seen]] of commands.entries()) {
      shell.type(`clear; ${command}; echo "end of ${index}=$?"\r`);
      await shell.sees(`end of ${index}=${command.endsWith("cat") ? 0 : 7}`);
      await shell.sees(seen);
    }
    shell.type("clear; test -e /tmp/typed-as; echo typed=$?\r");
    await shell.sees("typed=");
    await shell.sees("typed=1");
    shell.type("exit\r");
    await shell.exited;
  });

  test.concurrent("has a terminal of its own that does what one does", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, TALKS);
    await using container = await bootContainer({
      env: ENV,
      volumes: [`${volume.name}:/opt/data`],
    });
    await using shell = execInTerminal(container.name, "root", ["bash", "--norc", "-i"], WINDOW);
    shell.type('SHELL=/bin/dash hermes chat "a b"; echo "end=$?"\r');
    await shell.sees("ready 30 90 /bin/dash");
    shell.type("hello\r");
    await shell.sees("got hello");
    shell.type("\u0003");
    await shell.sees("interrupted");
    shell.resize(70, 20);
    await shell.sees("resized 20 70");
    shell.type("bye\r");
    await shell.sees("end=5");
    // The shell's terminal is as it was.
    shell.type("echo again; stty -a | grep -o ' -\\?echo '\r");
    await shell.sees("again");
    await shell.sees(" echo ");
    shell.type("exit\r");
    await shell.exited;
  });
});
