import { expect, test } from "bun:test";
import {
  readCurrentProfile,
  replaceCurrentProfile,
  writeCurrentProfile,
} from "../../../src/profiles/current.ts";
import { DEFAULT_PROFILE } from "../../../src/profiles/name.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const FILE = "/vol/active_profile";
const CODER = profileName("coder");

function installation(text?: string) {
  const host = new FakeHost();
  host.disk.putDirectory("/vol");
  if (text !== undefined) host.disk.putFile(FILE, text);
  return host;
}

test.each([
  [undefined, "default"],
  ["", "default"],
  ["\n", "default"],
  ["coder", "coder"],
  [" Coder \n", "coder"],
  ["default\n", "default"],
])("readCurrentProfile() of %j is %s", (text, name) => {
  expect(String(readCurrentProfile(installation(text), "/vol"))).toBe(name);
});

test("readCurrentProfile() refuses to guess if the file names none", () => {
  for (const text of ["../x", "a b", "hermes", "x".repeat(5000), '{"a":1}']) {
    expect(() => readCurrentProfile(installation(text), "/vol")).toThrow(
      expect.objectContaining({ code: "configuration", exitCode: 78 }),
    );
  }
  const linked = installation();
  linked.disk.putLink(FILE, "/etc/passwd");
  expect(() => readCurrentProfile(linked, "/vol")).toThrow(
    "Cannot tell the current profile: /vol/active_profile is a link",
  );
});

test("writeCurrentProfile() writes the name, and removes the file for default", () => {
  const host = installation("writer\n");
  writeCurrentProfile(host, "/vol", CODER);
  expect(host.disk.text(FILE)).toBe("coder\n");
  writeCurrentProfile(host, "/vol", DEFAULT_PROFILE);
  expect(host.disk.has(FILE)).toBe(false);
  writeCurrentProfile(host, "/vol", DEFAULT_PROFILE);
});

test("writeCurrentProfile() mends whatever is in the file's place", () => {
  const host = installation();
  host.disk.putFile(`${FILE}/x`, "");
  writeCurrentProfile(host, "/vol", CODER);
  expect(String(readCurrentProfile(host, "/vol"))).toBe("coder");
});

test("writeCurrentProfile() says what the volume refuses", () => {
  const host = installation();
  host.disk.fail("/vol", "write", "EROFS");
  expect(() => writeCurrentProfile(host, "/vol", CODER)).toThrow(
    "Cannot make 'coder' the current profile: /vol/active_profile: read-only file system",
  );
});

test("replaceCurrentProfile() acts on the current one only", () => {
  const host = installation("coder\n");
  expect(replaceCurrentProfile(host, "/vol", profileName("writer"), DEFAULT_PROFILE)).toBe(false);
  expect(host.disk.text(FILE)).toBe("coder\n");
  expect(replaceCurrentProfile(host, "/vol", CODER, DEFAULT_PROFILE)).toBe(true);
  expect(host.disk.has(FILE)).toBe(false);
  expect(replaceCurrentProfile(host, "/vol", CODER, DEFAULT_PROFILE)).toBe(false);
});
