import { expect, test } from "bun:test";
import { givenBy, type SetupFlags } from "../../../src/cli/setup-flags.ts";
import { FakeHost } from "../../support/fake-host.ts";

const given = (flags: SetupFlags, input: readonly string[] = []) =>
  givenBy(new FakeHost({ input }), flags);

test("givenBy() returns what the flags name, trimmed, and nothing without flags", () => {
  expect(given({})).toEqual({});
  expect(given({ "base-url": " http://a/v1/ ", model: " m " })).toEqual({
    base_url: "http://a/v1",
    name: "m",
  });
  expect(given({ "api-key-stdin": true }, ["sk-1", ""])).toEqual({ api_key: "sk-1" });
  expect(given({ "api-key-env": "KEY_1" })).toEqual({ api_key: "${KEY_1}" });
});

test.each([
  [{ "base-url": " " }, "--base-url must not be empty"],
  [{ "base-url": "ftp://a" }, "--base-url "],
  [{ model: "" }, "--model must not be empty"],
  [{ "api-key-stdin": true }, "The key on stdin must not be empty"],
  [{ "api-key-env": "$KEY" }, "--api-key-env takes a variable's name, not '$KEY'"],
  [
    { "api-key-env": "KEY", "api-key-stdin": true },
    "--api-key-stdin and --api-key-env exclude each other",
  ],
])("givenBy() refuses %j", (flags, message) => {
  expect(() => given(flags)).toThrow(message);
});
