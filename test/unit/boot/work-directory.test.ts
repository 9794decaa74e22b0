import { expect, test } from "bun:test";
import {
  enterWorkDirectory,
  findWorkDirectory,
  tryToEnter,
} from "../../../src/boot/work-directory.ts";
import { FakeHost } from "../../support/fake-host.ts";

function started(text: string | null, directory = "/"): FakeHost {
  const host = new FakeHost({ directory });
  if (text !== null) host.disk.putFile("/run/hermes-boot/work-directory", text);
  return host;
}

test("findWorkDirectory() is the directory that the init was started in", () => {
  expect(findWorkDirectory(started("/opt/a b\n"))).toBe("/opt/a b");
});

test("findWorkDirectory() is nothing if this process was put into a directory already", () => {
  expect(findWorkDirectory(started("/opt\n", "/tmp"))).toBeNull();
});

test.each([null, "", "/\n", "relative\n"])("findWorkDirectory() is nothing for %j", (text) => {
  expect(findWorkDirectory(started(text))).toBeNull();
});

test("tryToEnter() says whether it got there", () => {
  const host = new FakeHost({ uid: 10_000 });
  host.disk.putDirectory("/mine", { uid: 10_000, mode: 0o700 });
  host.disk.putDirectory("/theirs", { uid: 1, mode: 0o700 });
  expect(tryToEnter(host, "/theirs")).toBe(false);
  expect(host.self.directory()).toBe("/");
  expect(tryToEnter(host, "/mine")).toBe(true);
  expect(host.self.directory()).toBe("/mine");
});

test("enterWorkDirectory() refuses what cannot be entered, with the flag to change", () => {
  expect(() => enterWorkDirectory(new FakeHost(), "/no such")).toThrow(
    expect.objectContaining({
      message: 'Cannot work in "/no such": no such file or directory',
      hint: "pass a directory to -w that exists and that user hermes may enter",
    }),
  );
});
