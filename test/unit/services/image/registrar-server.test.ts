import { expect, test } from "bun:test";
import { parseRegistrarRequest } from "../../../../src/services/image/registrar-server.ts";
import { profileName } from "../../../support/names.ts";

const REQUEST = { verb: "register", name: profileName("coder") } as const;

test("parseRegistrarRequest() takes one verb and one name", () => {
  expect(parseRegistrarRequest(["register", "coder"])).toEqual(REQUEST);
  expect(parseRegistrarRequest(["unregister", "coder"])).toEqual({
    ...REQUEST,
    verb: "unregister",
  });
});

test.each([
  [[]],
  [["register"]],
  [["coder"]],
  [["register", "coder", "writer"]],
  [["register", "coder", ""]],
  [["--help", "coder"]],
  [["--help"]],
  [["Register", "coder"]],
  [["start", "coder"]],
  [["", "coder"]],
  [["register\n", "coder"]],
  [["registrar", "register", "coder"]],
])("parseRegistrarRequest() refuses the words %j", (args) => {
  expect(() => parseRegistrarRequest(args)).toThrow(
    expect.objectContaining({ code: "refused", exitCode: 2 }),
  );
});

test.each([
  "",
  " ",
  "../x",
  "..",
  "/etc/passwd",
  "a b",
  "a\nb",
  "coder\n",
  "a\0b",
  "Coder",
  "--help",
  "-p",
  "-y",
  "root",
  "hermes-boot",
  "x".repeat(300),
])("parseRegistrarRequest() refuses the name %j", (name) => {
  for (const verb of ["register", "unregister"]) {
    expect(() => parseRegistrarRequest([verb, name])).toThrow(
      expect.objectContaining({ code: "invalid-name", exitCode: 2 }),
    );
  }
});

test("parseRegistrarRequest() keeps the refused name on one short line", () => {
  expect(() => parseRegistrarRequest(["register", `a\n${"x".repeat(300)}`])).toThrow(
    /^Refused: invalid profile name 'a\\nx{75}\.\.\.': names are .{0,80}$/,
  );
});
