import { expect, test } from "bun:test";
import { drawFrame, NO_FRAME, reflowFrame, type Frame } from "../../../../src/agent/chat/frame.ts";
import { VirtualScreen } from "../../../support/virtual-screen.ts";

function frame(rows: readonly string[], row: number, column: number): Frame {
  return { rows, cursor: { row, column } };
}

/** Draws frames one after another, as a conversation does. */
function draw(steps: readonly (readonly [Frame, (readonly string[])?])[], rows = 10) {
  const screen = new VirtualScreen(20, rows);
  let before = NO_FRAME;
  for (const [after, above = []] of steps) {
    screen.feed(drawFrame(before, after, above));
    before = after;
  }
  return screen;
}

test("drawFrame() shows the frame and puts the cursor in its place", () => {
  const screen = draw([[frame(["one", "two"], 0, 2)]]);
  expect(screen.visible).toEqual(["one", "two"]);
  expect(screen.cursor).toEqual({ row: 0, column: 2 });
  expect(screen.cursorVisible).toBe(true);
});

test("drawFrame() sends only the rows that changed", () => {
  const before = frame(["status", "> hello", "hint"], 1, 7);
  const text = drawFrame(before, frame(["status", "> hello!", "hint"], 1, 8));
  expect(text).toContain("> hello!");
  expect(text).not.toContain("status");
  expect(text).not.toContain("hint");
});

test("drawFrame() sends nothing if nothing changed", () => {
  const same = frame(["> a"], 0, 3);
  expect(drawFrame(same, frame(["> a"], 0, 3))).toBe("");
  expect(drawFrame(same, frame(["> a"], 0, 2))).not.toBe("");
});

test("drawFrame() erases no rows from their first column on, which tmux would keep in its history", () => {
  const [long, short] = [frame(["> a", "  b", "hint"], 1, 3), frame(["> a"], 0, 3)];
  for (const [before, after, above] of [
    [NO_FRAME, long, []],
    [long, short, []],
    [long, NO_FRAME, []],
    [long, short, ["sent"]],
    [reflowFrame(long, 2), long, []],
  ] as const) {
    const text = drawFrame(before, after, above);
    expect(text).toContain("\u001B[J");
    expect(text).not.toContain("\r\u001B[J");
  }
});

test("drawFrame() keeps lines above for good", () => {
  const screen = draw([
    [frame(["> a"], 0, 3)],
    [frame(["> "], 0, 2), ["> a", "", "answer"]],
    [frame(["> b"], 0, 3)],
  ]);
  expect(screen.text).toEqual(["> a", "", "answer", "> b"]);
});

test("drawFrame() makes room at the bottom of the screen", () => {
  const steps: [Frame, (readonly string[])?][] = [];
  for (let line = 1; line <= 6; line += 1) {
    steps.push([frame([`> ${line}`, "hint"], 0, 3), [`line ${line}`]]);
    steps.push([frame([`> ${line}`, "  more", "  and more", "hint"], 2, 4)]);
  }
  const screen = draw(steps, 6);
  expect(screen.text.filter((line) => line.startsWith("line"))).toHaveLength(6);
  expect(screen.visible).toEqual(["line 5", "line 6", "> 6", "  more", "  and more", "hint"]);
  expect(screen.cursor).toEqual({ row: 4, column: 4 });
});

/** A small generator: the same numbers every time. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}

test("drawFrame() shows the same as a full drawing, whatever came before", () => {
  const random = createRandom(7);
  for (let round = 0; round < 100; round += 1) {
    const steps: [Frame, (readonly string[])?][] = [];
    const above: string[] = [];
    let last = NO_FRAME;
    for (let step = 0; step < 12; step += 1) {
      const rows = Array.from({ length: 1 + random(5) }, () => "abcdefg日本".slice(0, random(9)));
      const row = random(rows.length);
      last = frame(rows, row, random(Bun.stringWidth(rows[row] ?? "") + 1));
      const lines = random(3) === 0 ? [`line ${step}`] : [];
      above.push(...lines);
      steps.push([last, lines]);
    }
    const screen = draw(steps);
    const shown = screen.text;
    const expected = [...above, ...last.rows.map((row) => row.trimEnd())];
    expect(shown.join("\n").trimEnd()).toBe(expected.join("\n").trimEnd());
    expect(screen.cursor.column).toBe(last.cursor.column);
  }
});

test("drawFrame() removes the frame", () => {
  const screen = draw([[frame(["> a", "hint"], 0, 3), ["line"]], [NO_FRAME]]);
  expect(screen.visible).toEqual(["line", ""]);
  expect(screen.cursor).toEqual({ row: 1, column: 0 });
});

test("reflowFrame() finds the frame's first row again after the width has changed", () => {
  const before = frame(["x".repeat(15), "> abc"], 1, 5);
  expect(reflowFrame(before, 20).cursor.row).toBe(1);
  expect(reflowFrame(before, 10).cursor.row).toBe(2);
  expect(reflowFrame(before, 4).cursor.row).toBe(5);
});
