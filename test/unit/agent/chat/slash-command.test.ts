import { expect, test } from "bun:test";
import {
  completeSlash,
  HELP,
  parseSlashCommand,
} from "../../../../src/agent/chat/slash-command.ts";
import { nearest } from "../../../../src/cli/nearest.ts";

test.each([
  ["/help", "help"],
  ["/?", "help"],
  ["/new ", "new"],
  ["/clear", "clear"],
  ["/retry", "retry"],
  ["/model", "model"],
  ["/exit", "exit"],
  ["/quit", "exit"],
])("parseSlashCommand(%j) is %s", (line, command) => {
  expect(parseSlashCommand(line, nearest)).toHaveProperty("command", command);
});

test("parseSlashCommand() takes everything else for a message", () => {
  for (const line of ["hello", " /help", "what is /etc", "a/b"]) {
    expect(parseSlashCommand(line, nearest)).toBeNull();
  }
});

test("parseSlashCommand() names the command that was meant", () => {
  expect(parseSlashCommand("/hlep", nearest)).toEqual({
    kind: "unknown",
    name: "/hlep",
    nearest: "/help",
  });
  expect(parseSlashCommand("/help me", nearest)).toMatchObject({ kind: "unknown", name: "/help" });
  expect(parseSlashCommand("/constructor", nearest)).toMatchObject({ kind: "unknown" });
  expect(parseSlashCommand("/frobnicate", nearest)).toMatchObject({ nearest: null });
});

test("completeSlash() completes an unambiguous command", () => {
  expect(completeSlash("/he")).toBe("/help");
  expect(completeSlash("/")).toBe("/");
  expect(completeSlash("hel")).toBe("hel");
  expect(completeSlash("/xyz")).toBe("/xyz");
});

test("HELP names every command", () => {
  for (const name of ["/new", "/clear", "/retry", "/model", "/exit", "/quit"]) {
    expect(HELP).toContain(`\`${name}\``);
  }
});
