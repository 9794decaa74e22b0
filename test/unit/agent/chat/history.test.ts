import { expect, test } from "bun:test";
import {
  beginSearch,
  foundText,
  refineSearch,
  searchOlder,
} from "../../../../src/agent/chat/history-search.ts";
import {
  formatHistoryLine,
  HISTORY_ENTRIES,
  historyOf,
  newer,
  older,
  parseHistory,
  remember,
} from "../../../../src/agent/chat/history.ts";

test("older() and newer() go through the past and back to what was being written", () => {
  const first = older(historyOf(["one", "two"]), "draft");
  expect(first?.text).toBe("two");
  const second = older(first?.history ?? historyOf([]), "two, changed");
  expect(second?.text).toBe("one");
  expect(older(second?.history ?? historyOf([]), "one")).toBeNull();
  const back = newer(second?.history ?? historyOf([]));
  expect(back?.text).toBe("two");
  const present = newer(back?.history ?? historyOf([]));
  expect(present?.text).toBe("draft");
  expect(newer(present?.history ?? historyOf([]))).toBeNull();
});

test("remember() adds a text once, and comes back to the present", () => {
  const history = remember(remember(historyOf(["one"]), "two"), "two");
  expect(history).toEqual({ entries: ["one", "two"], at: 2, draft: "" });
});

test("historyOf() keeps the last entries", () => {
  const entries = Array.from({ length: HISTORY_ENTRIES + 5 }, (_, index) => `${index}`);
  expect(historyOf(entries).entries).toEqual(entries.slice(5));
});

test("parseHistory() reads the lines of formatHistoryLine(), and leaves out broken ones", () => {
  const texts = ["one", "two\nlines", 'quo"tes', ""];
  const file = texts.map(formatHistoryLine).join("");
  expect(parseHistory(file)).toEqual(texts);
  expect(parseHistory(`{"text":1}\nnonsense\n[]\n${file}{"text":"cut o`)).toEqual(texts);
});

test("searchOlder() finds the newest entry first, then older ones", () => {
  const history = historyOf(["make tea", "take coffee", "make cake"]);
  let search = beginSearch(history, "draft");
  expect(foundText(history, search)).toBe("draft");
  search = refineSearch(history, search, "ma");
  expect(foundText(history, search)).toBe("make cake");
  search = searchOlder(history, search);
  expect(foundText(history, search)).toBe("make tea");
  search = searchOlder(history, search);
  expect({ failed: search.failed, text: foundText(history, search) }).toEqual({
    failed: true,
    text: "make tea",
  });
});

test("refineSearch() keeps an entry that still fits, and begins again for a shorter text", () => {
  const history = historyOf(["make tea", "make cake"]);
  let search = searchOlder(history, refineSearch(history, beginSearch(history, ""), "make"));
  expect(foundText(history, search)).toBe("make tea");
  search = refineSearch(history, search, "make t");
  expect(foundText(history, search)).toBe("make tea");
  search = refineSearch(history, search, "mak");
  expect(foundText(history, search)).toBe("make cake");
  expect(refineSearch(history, search, "nothing").failed).toBe(true);
});
