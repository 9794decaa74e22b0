import { expect, test } from "bun:test";
import { addToGroups, readUserMap, remapGroup, remapPasswd } from "../../../src/boot/user-map.ts";

const IMAGE = { uid: 10_000, gid: 10_000 };
const map = (uid: number, gid: number) => ({ uid, gid });

test("readUserMap() keeps the image's ids if nothing, or nothing but emptiness, is given", () => {
  expect(readUserMap({}, IMAGE)).toEqual(IMAGE);
  expect(readUserMap({ HERMES_UID: "", PUID: "", PGID: "" }, IMAGE)).toEqual(IMAGE);
});

test("readUserMap() reads HERMES_UID and HERMES_GID, or PUID and PGID", () => {
  expect(readUserMap({ HERMES_UID: "1000", HERMES_GID: "1001" }, IMAGE)).toEqual(map(1000, 1001));
  expect(readUserMap({ PUID: "1000", PGID: "1001" }, IMAGE)).toEqual(map(1000, 1001));
});

test("readUserMap() lets the first pair win, as a pair", () => {
  const environment = { HERMES_UID: "1000", PUID: "2000", PGID: "2001" };
  expect(readUserMap(environment, IMAGE)).toEqual(map(1000, 10_000));
  expect(readUserMap({ HERMES_GID: "1001", PUID: "2000" }, IMAGE)).toEqual(map(10_000, 1001));
});

test("readUserMap() keeps the image's id for the half that is missing", () => {
  expect(readUserMap({ PUID: "1000" }, IMAGE)).toEqual(map(1000, 10_000));
  expect(readUserMap({ PGID: "1000" }, IMAGE)).toEqual(map(10_000, 1000));
});

test.each(["0", "-1", "65535", "99999", "100000", "1.5", "1e3", "0x10", " 1000", "root", "1000\n"])(
  "readUserMap() refuses %j as an id and names its variable",
  (value) => {
    expect(readUserMap({ HERMES_UID: value }, IMAGE)).toEqual({
      variable: "HERMES_UID",
      value,
    });
    expect(readUserMap({ PUID: "1000", PGID: value }, IMAGE)).toEqual({
      variable: "PGID",
      value,
    });
  },
);

test("readUserMap() takes the first and the last id", () => {
  expect(readUserMap({ PUID: "1", PGID: "65534" }, IMAGE)).toEqual(map(1, 65_534));
});

test("remapPasswd() changes the user's ids and nothing else", () => {
  const text = "root:x:0:0:root:/root:/bin/sh\nhermes:x:10000:10000::/opt/data:/bin/sh\n\n";
  expect(remapPasswd(text, "hermes", { uid: 1000, gid: 1001 })).toBe(
    "root:x:0:0:root:/root:/bin/sh\nhermes:x:1000:1001::/opt/data:/bin/sh\n\n",
  );
  expect(remapPasswd("hermesx:x:1:1::/:/bin/sh", "hermes", IMAGE)).toBe("hermesx:x:1:1::/:/bin/sh");
});

test("remapGroup() changes the group's id and keeps its members", () => {
  expect(remapGroup("users:x:100:hermes\nhermes:x:10000:ada,bob\n", "hermes", 100)).toBe(
    "users:x:100:hermes\nhermes:x:100:ada,bob\n",
  );
});

test("addToGroups() adds the user to each group, once, and makes the unknown ones", () => {
  const text = "root:x:0:\nvideo:x:44:ada\naudio:x:29:hermes\n";
  expect(addToGroups(text, "hermes", [44, 29, 500])).toBe(
    "root:x:0:\nvideo:x:44:ada,hermes\naudio:x:29:hermes\ngid500:x:500:hermes\n",
  );
});

test("remapPasswd() puts the user before another one with that uid, whose name and home it would get", () => {
  const data = "www-data:x:33:33::/var/www:/bin/false";
  const text = `root:x:0:0::/root:/bin/sh\n${data}\nada:x:1:1::/:/bin/sh\nhermes:x:10000:10000::/opt/data:/bin/sh\n`;
  expect(remapPasswd(text, "hermes", { uid: 33, gid: 33 })).toBe(
    `root:x:0:0::/root:/bin/sh\nhermes:x:33:33::/opt/data:/bin/sh\n${data}\nada:x:1:1::/:/bin/sh\n`,
  );
});
