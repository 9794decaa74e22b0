import { expect, test } from "bun:test";
import { parseDotEnv } from "../../../src/agent/dot-env.ts";
import { measureProcessorMs } from "../../support/processor-time.ts";

const parse = (text: string) => Object.fromEntries(parseDotEnv(text).variables);

test.each([
  ["A=1", { A: "1" }],
  ["A=1\nB=2\n", { A: "1", B: "2" }],
  ["A=1\r\nB=2\r\n", { A: "1", B: "2" }],
  ["export A=1", { A: "1" }],
  ["  A = x y  ", { A: "x y" }],
  ["A=", { A: "" }],
  ["A=x # comment", { A: "x" }],
  ["A=x#y", { A: "x#y" }],
  ["A=# nothing", { A: "" }],
  ["# A=1\n\n  \nB=2", { B: "2" }],
  ["A='x # $HOME \\n'  # comment", { A: "x # $HOME \\n" }],
  ['A="x # \\"y\\" \\\\ \\$Z\\n\\tw"', { A: 'x # "y" \\ $Z\n\tw' }],
  ['A="one\ntwo"\nB=3', { A: "one\ntwo", B: "3" }],
  ["A='one\ntwo'\nB=3", { A: "one\ntwo", B: "3" }],
  ["A=$(id) `id` ${HOME}", { A: "$(id) `id` ${HOME}" }],
  ["A=1\nA=2", { A: "2" }],
  ["\uFEFFA=1", { A: "1" }],
  ["A=a=b=c", { A: "a=b=c" }],
  ["", {}],
])("parseDotEnv(%j) sets %j", (text, variables) => {
  expect(parse(text)).toEqual(variables);
  expect(parseDotEnv(text).badLines).toEqual([]);
});

test("parseDotEnv() leaves out invalid lines, and returns their numbers", () => {
  const { variables, badLines } = parseDotEnv(
    'A=1\nnonsense\n1B=2\nC=\'open\nD="a" b\n= 5\nE="x\ny"\n-F=1\nG=7',
  );
  expect(Object.fromEntries(variables)).toEqual({ A: "1", E: "x\ny", G: "7" });
  expect(badLines).toEqual([2, 3, 4, 5, 6, 9]);
});

test("parseDotEnv() parses a long and hostile text quickly", async () => {
  const text = `A="${"\\".repeat(100_000)}\n${"=".repeat(100_000)}\n${" ".repeat(100_000)}x`;
  expect(await measureProcessorMs(() => parseDotEnv(text))).toBeLessThan(1000);
});
