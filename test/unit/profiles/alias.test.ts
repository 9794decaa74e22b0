import { expect, test } from "bun:test";
import { DEFAULT_PROFILE } from "../../../src/profiles/name.ts";
import { aliasPath, makeAlias, removeAlias } from "../../../src/profiles/alias.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const PATH = "/usr/local/bin:/usr/bin:/run/hermes-alias";

function image(): FakeHost {
  const host = new FakeHost({ uid: 0, environment: { PATH } });
  host.disk.putDirectory("/run/hermes-alias");
  return host;
}

test("makeAlias() links the profile's name to the executable", () => {
  const host = image();
  makeAlias(host, CODER);
  expect(aliasPath(host, CODER)).toBe("/run/hermes-alias/coder");
  expect(host.files.readLink("/run/hermes-alias/coder")).toBe("/usr/local/bin/hermes");
});

test("makeAlias() makes none for a name that is a program on PATH", () => {
  const host = image();
  host.disk.putFile("/usr/bin/test", "", { mode: 0o755 });
  makeAlias(host, profileName("test"));
  expect(aliasPath(host, profileName("test"))).toBeNull();
});

test("makeAlias() makes none for default, and none outside the image", () => {
  const host = image();
  makeAlias(host, DEFAULT_PROFILE);
  expect(aliasPath(host, DEFAULT_PROFILE)).toBeNull();
  const elsewhere = new FakeHost({ uid: 0 });
  makeAlias(elsewhere, CODER);
  expect(elsewhere.disk.has("/run/hermes-alias")).toBe(false);
});

test("makeAlias() is harmless twice", () => {
  const host = image();
  makeAlias(host, CODER);
  makeAlias(host, CODER);
  expect(aliasPath(host, CODER)).not.toBeNull();
});

test("removeAlias() removes a link, and nothing that is none", () => {
  const host = image();
  makeAlias(host, CODER);
  host.disk.putFile("/run/hermes-alias/writer", "a program");
  removeAlias(host, CODER);
  removeAlias(host, profileName("writer"));
  expect(host.disk.has("/run/hermes-alias/coder")).toBe(false);
  expect(host.disk.has("/run/hermes-alias/writer")).toBe(true);
});
