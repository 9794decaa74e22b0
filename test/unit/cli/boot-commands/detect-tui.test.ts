import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../../src/core/image.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot detect-tui exits 0 for a terminal session, 1 for none", async () => {
  for (const [words, code] of [
    [["--", "--tui"], 0],
    [["--", "chat"], 1],
    [[], 1],
  ] as const) {
    expect((await hermesBoot(container(), "detect-tui", ...words)).code).toBe(code);
  }
});

test("hermes-boot detect-tui looks at the container's command and its terminal", async () => {
  const host = container();
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER] });
  expect((await hermesBoot(host, "detect-tui")).code).toBe(1);
  host.disk.putTerminal("/proc/1/fd/0");
  expect((await hermesBoot(host, "detect-tui")).code).toBe(0);
});
