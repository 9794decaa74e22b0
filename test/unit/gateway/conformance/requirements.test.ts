import { expect, test } from "bun:test";
import {
  renderReport,
  REQUIREMENTS,
  type RequirementName,
} from "../../../../src/gateway/conformance/requirements.ts";

function findings(more: Partial<Record<RequirementName, string>>): Map<string, string | null> {
  const met = Object.fromEntries(Object.keys(REQUIREMENTS).map((name) => [name, null]));
  return new Map(Object.entries({ ...met, ...more }));
}

test("renderReport() has a line for each requirement, and the verdict", () => {
  const { text, conforms } = renderReport("/srv/agent", findings({}));
  const lines = text.trimEnd().split("\n");
  expect(conforms).toBe(true);
  expect(lines.pop()).toBe("/srv/agent conforms");
  expect(lines).toEqual(Object.values(REQUIREMENTS).map((one) => `✓ ${one.text}`));
});

test("renderReport() says what is broken, and why", () => {
  const { text, conforms } = renderReport("/srv/agent", findings({ term: "it still runs" }));
  expect(conforms).toBe(false);
  expect(text).toContain("\n✗ ends within 10 s of SIGTERM: it still runs\n");
  expect(text).toEndWith("\n/srv/agent does not conform\n");
});

test("renderReport() counts what should be and is not, which breaks nothing", () => {
  const { text, conforms } = renderReport("/srv/agent", findings({ exit: "3", keys: "gone" }));
  expect(conforms).toBe(true);
  expect(text).toContain("\n! ends with 0, or by the signal, after SIGTERM: 3\n");
  expect(text).toEndWith("/srv/agent conforms; 2 that should be met (!) are not\n");
});

test("renderReport() does not take what was not tried for met", () => {
  const { text, conforms } = renderReport("/srv/agent", new Map([["starts", null]]));
  expect(conforms).toBe(false);
  expect(text).toContain("\n- ends within 10 s of SIGTERM: not tried\n");
});
