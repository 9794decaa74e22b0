import { expect, test } from "bun:test";
import { selectInherited } from "../../../src/boot/main-command.ts";
import { THREADLESS } from "../../../src/core/runtime-environment.ts";
import { FakeHost } from "../../support/fake-host.ts";

const ENVIRONMENT = {
  ...THREADLESS,
  BUN_JSC_useJIT: "0",
  HERMES_S6_SUPERVISED_CHILD: "1",
  TERM: "x",
};

test("selectInherited() keeps hermes without threads, and passes on nothing else that the wrapper set", () => {
  const host = new FakeHost();
  const words = [host.self.executable, "chat"];
  expect(selectInherited(host, ENVIRONMENT, words)).toEqual({ ...THREADLESS, TERM: "x" });
});

test("selectInherited() passes no option of the executable on to another program", () => {
  expect(selectInherited(new FakeHost(), ENVIRONMENT, ["/bin/bash"])).toEqual({ TERM: "x" });
});
