import { expect, test } from "bun:test";
import { layOutEditor, type EditorLayout } from "../../../../src/agent/chat/editor-rows.ts";

function layOut(marked: string, more: Partial<EditorLayout> = {}) {
  const cursor = marked.indexOf("|");
  const text = marked.replace("|", "");
  return layOutEditor({ text, cursor, prompt: "> ", columns: 10, maxRows: 5, ...more });
}

test("layOutEditor() puts the prompt before the first row and indents the others", () => {
  expect(layOut("one\ntwo|")).toEqual({
    rows: ["> one", "  two"],
    cursor: { row: 1, column: 5 },
  });
  expect(layOut("|")).toEqual({ rows: ["> "], cursor: { row: 0, column: 2 } });
});

test("layOutEditor() breaks rows at the edge, and the cursor goes on behind a full one", () => {
  expect(layOut("abcdefg|")).toEqual({ rows: ["> abcdefg"], cursor: { row: 0, column: 9 } });
  expect(layOut("abcdefgh|")).toEqual({
    rows: ["> abcdefgh", "  "],
    cursor: { row: 1, column: 2 },
  });
  expect(layOut("abcdefgh|ij")).toEqual({
    rows: ["> abcdefgh", "  ij"],
    cursor: { row: 1, column: 2 },
  });
});

test("layOutEditor() never breaks a character", () => {
  expect(layOut("日本語日本|").rows).toEqual(["> 日本語日", "  本"]);
  expect(layOut("abcdefg👩‍👩‍👧|").rows).toEqual(["> abcdefg", "  👩‍👩‍👧"]);
  expect(layOut("e\u0301e\u0301|").cursor).toEqual({ row: 0, column: 4 });
});

test("layOutEditor() counts a tab as the blanks that it shows", () => {
  expect(layOut("\ta|")).toEqual({ rows: [">     a"], cursor: { row: 0, column: 7 } });
});

test("layOutEditor() shows the rows around the cursor if not all fit", () => {
  const lines = "1\n2\n3\n4\n5\n6\n7";
  expect(layOut(`${lines}|`, { maxRows: 3 })).toEqual({
    rows: ["  5", "  6", "  7"],
    cursor: { row: 2, column: 3 },
  });
  expect(layOut(lines.replace("2", "2|"), { maxRows: 3 })).toEqual({
    rows: ["> 1", "  2", "  3"],
    cursor: { row: 1, column: 3 },
  });
});

test.each([0, 3, 40_000, 79_999, 80_000])(
  "layOutEditor() shows the same rows of a long text with the cursor at %d as of the lines around it",
  (cursor) => {
    const text = "line\n".repeat(16_000);
    const whole = layOut(`${text.slice(0, cursor)}|${text.slice(cursor)}`, { maxRows: 3 });
    const before = text.slice(0, cursor).split("\n").slice(-9).join("\n");
    const after = text.slice(cursor).split("\n").slice(0, 9).join("\n");
    const part = layOut(`${before}|${after}`, { maxRows: 3 });
    expect(whole).toEqual(part);
  },
);
