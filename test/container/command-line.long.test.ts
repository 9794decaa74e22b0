import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Container } from "./harness/container.ts";
import { bootContainer } from "./support/booted.ts";

let container: Container;
beforeAll(async () => {
  container = await bootContainer();
  await container.execOk("root", ["hermes", "profile", "create", "coder"]);
});
afterAll(async () => {
  await container.remove();
});

test("bash in the container completes hermes, and the links named after profiles, loaded at the first TAB", async () => {
  for (const user of ["root", "hermes"]) {
    const script = `
      for name in hermes coder; do
        [ "$(complete -p $name)" = "complete -F _hermes_load $name" ] || exit 8
        _hermes_load $name; [ $? -eq 124 ] || exit 9
        [ "$(complete -p $name)" = "complete -F _hermes $name" ] || exit 10
      done
      for line in 'hermes gat' 'hermes profile show c' 'hermes -p ' 'coder gateway sto'; do
        COMP_WORDS=($line); case $line in *' ') COMP_WORDS+=('');; esac
        COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
        _hermes "\${COMP_WORDS[0]}" "\${COMP_WORDS[COMP_CWORD]}"
        echo "\${COMPREPLY[*]}"
      done`;
    const { code, stdout } = await container.exec(user, ["bash", "-i", "-c", script]);
    expect({ user, code, stdout }).toEqual({
      user,
      code: 0,
      stdout: "gateway\ncoder\ndefault coder\nstop\n",
    });
  }
});

test("hermes man is the manual page", async () => {
  const page = await container.execOk("hermes", ["hermes", "man"]);
  expect(page).toContain(".TH HERMES 1 ");
});

test("docker exec without a terminal gets no colour, with --color=always it does", async () => {
  for (const words of [
    ["--help"],
    ["status"],
    ["profile", "list"],
    ["gateway", "events", "--all"],
  ]) {
    const plain = await container.execOk("root", ["hermes", ...words]);
    expect(plain).not.toContain("\u001B");
    const painted = await container.execOk("root", ["hermes", "--color=always", ...words]);
    expect(painted).toContain("\u001B");
  }
});

test("the container's own output stays blocking, whatever commands write to it", async () => {
  const flags = () =>
    container.execOk("root", ["sh", "-c", "grep -h ^flags: /proc/1/fdinfo/1 /proc/1/fdinfo/2"]);
  const before = await flags();
  // As a program in the container would, which has its output from PID 1.
  const script =
    "hermes status >/proc/1/fd/1 2>/proc/1/fd/2; hermes frobnicate >/proc/1/fd/1 2>/proc/1/fd/2";
  await container.exec("root", ["sh", "-c", script]);
  await container.execOk("root", ["hermes", "gateway", "start"]);
  await container.execOk("root", ["hermes", "gateway", "stop"]);
  expect(await flags()).toBe(before);
  for (const line of before.trim().split("\n")) {
    expect(Number.parseInt(line.split("\t")[1] ?? "", 8) & 0o4000).toBe(0);
  }
});

test("usage errors end with 2 and one hint, in the container as elsewhere", async () => {
  const { code, stdout, stderr } = await container.exec("root", ["hermes", "gatway", "start"]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toBe(
    "✗ Unknown command 'gatway'; did you mean 'gateway'?\n  Hint: see `hermes --help`\n",
  );
});
