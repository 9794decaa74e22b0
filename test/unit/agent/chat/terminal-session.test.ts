import { expect, test } from "bun:test";
import { createRedrawer } from "../../../../src/agent/chat/redrawer.ts";
import { createSession, type KeyListener } from "../../../../src/agent/chat/terminal-session.ts";
import { MONOCHROME } from "../../../../src/terminal/style.ts";
import { FakeHost } from "../../../support/fake-host.ts";

const sessionOf = (host: FakeHost) => createSession(host, host.terminal, MONOCHROME);

/** A listener that writes down what it hears. */
function hear(heard: string[], key?: (name: string) => void): KeyListener {
  return {
    key: (event) => {
      const name = "key" in event ? event.key : JSON.stringify(event);
      heard.push(name);
      key?.(name);
    },
    changed: () => heard.push("changed"),
    closed: () => heard.push("closed"),
  };
}

test("createSession() takes an Escape for a key once nothing follows it", async () => {
  const host = new FakeHost();
  const heard: string[] = [];
  const before = host.clock.elapsed();
  sessionOf(host).listen(hear(heard));
  host.terminal.type("\u001B");
  expect(heard).toEqual([]);
  await Bun.sleep(0);
  expect(heard).toEqual(["escape"]);
  expect(host.clock.elapsed() - before).toBe(50);
  host.terminal.type("\u001B");
  host.terminal.type("[A");
  await Bun.sleep(0);
  expect(heard).toEqual(["escape", "up"]);
});

test("createSession() gives each key to the current listener, and keeps keys while there is none", () => {
  const host = new FakeHost();
  const session = sessionOf(host);
  const [first, second]: [string[], string[]] = [[], []];
  host.terminal.type("a\r");
  expect(first).toEqual([]);
  session.listen(
    hear(first, (name) => {
      if (name === "enter") session.listen(null);
    }),
  );
  expect(first).toEqual(['{"text":"a"}', "enter"]);
  host.terminal.type("b\rc");
  expect(second).toEqual([]);
  session.listen(hear(second));
  expect(first).toHaveLength(2);
  expect(second).toEqual(['{"text":"b"}', "enter", '{"text":"c"}']);
});

test("createSession() tells the listener of the end, now or later", () => {
  const host = new FakeHost();
  const session = sessionOf(host);
  const [first, second]: [string[], string[]] = [[], []];
  host.terminal.resize(10, 10);
  host.terminal.type("x");
  host.terminal.hangUp();
  session.listen(hear(first));
  session.listen(hear(second));
  expect({ first, second }).toEqual({ first: ['{"text":"x"}', "closed"], second: ["closed"] });
});

test("createRedrawer() draws at once, then as rarely as the drawing's own time asks for", async () => {
  const host = new FakeHost();
  const drawn: number[] = [];
  let costs = 0;
  host.clock.advance(1000);
  const redraw = createRedrawer(host, () => {
    drawn.push(host.clock.elapsed());
    host.clock.advance(costs);
  });
  redraw();
  expect(drawn).toEqual([1000]);
  redraw();
  redraw();
  await Bun.sleep(0);
  expect(drawn).toEqual([1000, 1016]);
  costs = 100;
  host.clock.advance(1000);
  redraw();
  redraw();
  await Bun.sleep(0);
  expect(drawn.slice(2)).toEqual([2016, 2416]);
});
