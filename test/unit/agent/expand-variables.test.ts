import { expect, test } from "bun:test";
import { expandVariables } from "../../../src/agent/expand-variables.ts";

const VARIABLES: Readonly<Record<string, string>> = { KEY: "k", EMPTY: "", NESTED: "${KEY}" };
const expand = (text: string) => expandVariables(text, (name) => VARIABLES[name]);

test.each([
  ["plain $KEY $ {KEY}", "plain $KEY $ {KEY}"],
  ["${KEY}", "k"],
  ["a${KEY}b${KEY}", "akbk"],
  ["${EMPTY}", ""],
  ["${NESTED}", "${KEY}"],
  ["$${KEY}", "${KEY}"],
  ["", ""],
])("expandVariables(%j) is %j", (text, expanded) => {
  expect(expand(text)).toEqual({ ok: true, text: expanded });
});

test("expandVariables() refuses a variable that is not set, naming it", () => {
  expect(expand("${KEY} ${NOWHERE} ${ELSEWHERE}")).toEqual({
    ok: false,
    reason: "needs the variable NOWHERE, which is not set",
    missing: "NOWHERE",
  });
});

test.each(["${", "${KEY", "${}", "${A B}", "${KEY:-x}"])(
  "expandVariables(%j) refuses it",
  (text) => {
    expect(expand(text)).toEqual({
      ok: false,
      reason: "has a '${' that is not followed by a variable's name and '}'",
      missing: null,
    });
  },
);
