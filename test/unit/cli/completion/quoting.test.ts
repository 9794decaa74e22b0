import { expect, test } from "bun:test";
import { pattern, quote } from "../../../../src/cli/completion/quoting.ts";

test("quote() lets a shell read the text as it is", () => {
  expect(quote("a $(b) `c`")).toBe("'a $(b) `c`'");
  expect(quote("it's")).toBe(String.raw`'it'\''s'`);
});

test("pattern() matches a word in one state, or in all", () => {
  expect(pattern("gateway start", "--all")).toBe("'gateway start|--all'");
  expect(pattern("", "status")).toBe("'|status'");
  expect(pattern(null, "-p")).toBe("*'|-p'");
});
