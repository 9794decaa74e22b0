import { expect, test } from "bun:test";
import { DEFAULT_PROFILE } from "../../../src/profiles/name.ts";
import { PROFILE_DIRECTORIES } from "../../../src/profiles/paths.ts";
import {
  createProfile,
  describeUnlistable,
  listProfiles,
  profileExists,
  requireProfileName,
  seedProfile,
} from "../../../src/profiles/store.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";
import { systemError } from "../../support/system-error.ts";

const CODER = profileName("coder");

function volume(...profiles: readonly string[]): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/vol/profiles");
  for (const name of profiles) host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "soul");
  return host;
}

test("requireProfileName() refuses a bad name with exit code 2 and shows it on one line", () => {
  expect(String(requireProfileName(" Coder "))).toBe("coder");
  expect(() => requireProfileName("a\nb")).toThrow(
    expect.objectContaining({ code: "invalid-name", exitCode: 2 }),
  );
  expect(() => requireProfileName("a\nb")).toThrow("Invalid profile name 'a\\nb': names are");
});

test("profileExists() asks for the marker, except for the root profile", () => {
  const host = volume("coder");
  host.disk.putDirectory("/vol/profiles/empty");
  host.disk.putFile("/vol/profiles/file", "");
  host.disk.putLink("/vol/profiles/linked", "/vol/profiles/coder");
  expect(profileExists(host, "/vol", DEFAULT_PROFILE)).toBe(true);
  expect(profileExists(host, "/vol", CODER)).toBe(true);
  for (const name of ["empty", "file", "absent"]) {
    expect(profileExists(host, "/vol", profileName(name))).toBe(false);
  }
  expect(() => profileExists(host, "/vol", profileName("linked"))).toThrow(
    expect.objectContaining({
      message: "Cannot use profile 'linked': it is a link to profile 'coder'",
      exitCode: 78,
    }),
  );
});

test("profileExists() follows a linked directory and a linked SOUL.md, but not as root", () => {
  const host = volume("coder");
  host.disk.putFile("/elsewhere/SOUL.md", "");
  host.disk.putLink("/vol/profiles/linked", "/elsewhere");
  host.disk.putLink("/vol/profiles/mounted/SOUL.md", "/elsewhere/SOUL.md");
  const names = ["linked", "mounted"].map((name) => profileName(name));
  for (const name of names) expect(profileExists(host, "/vol", name)).toBe(true);
  expect(listProfiles(host, "/vol").map(String)).toEqual(["default", "coder", "linked", "mounted"]);
  host.disk.followsLinks = false;
  const refused = "Cannot use profile 'linked': it is a link, and root follows none";
  expect(() => profileExists(host, "/vol", profileName("linked"))).toThrow(refused);
  // That there is a marker can be seen without following it.
  expect(profileExists(host, "/vol", profileName("mounted"))).toBe(true);
});

test("listProfiles() knows a profile by its name in small letters if the volume ignores case", () => {
  const host = volume("Coder", "Not a name");
  expect(listProfiles(host, "/vol").map(String)).toEqual(["default"]);
  host.disk.ignoresCase = true;
  expect(listProfiles(host, "/vol").map(String)).toEqual(["default", "coder"]);
});

test("profileExists() throws a sentence if the directory may not be read", () => {
  const host = volume("coder");
  host.disk.fail("/vol/profiles/coder", "read", "EACCES");
  expect(() => profileExists(host, "/vol", CODER)).toThrow(
    "Cannot read profile 'coder': /vol/profiles/coder: permission denied",
  );
});

test("listProfiles() lists default first and the rest by name, without broken ones", () => {
  const host = volume("writer", "coder", "Bad", "two words", "secret", "default");
  host.disk.fail("/vol/profiles/secret", "read", "EACCES");
  host.disk.putDirectory("/vol/profiles/empty");
  expect(listProfiles(host, "/vol").map(String)).toEqual(["default", "coder", "writer"]);
});

test("listProfiles() knows the root profile if there is no volume", () => {
  expect(listProfiles(new FakeHost(), "/vol").map(String)).toEqual(["default"]);
});

test("seedProfile() fills in what is missing and keeps what is there", () => {
  const host = volume();
  host.disk.putFile("/vol/SOUL.md", "mine");
  seedProfile(host, "/vol");
  expect(host.disk.text("/vol/SOUL.md")).toBe("mine");
  for (const name of PROFILE_DIRECTORIES) expect(host.disk.has(`/vol/${name}`)).toBe(true);
});

test("createProfile() makes the marker and the directories, and leaves nothing hidden", () => {
  const host = volume();
  expect(createProfile(host, "/vol", CODER)).toBe("/vol/profiles/coder");
  expect(host.disk.text("/vol/profiles/coder/SOUL.md")).toStartWith("# Who you are");
  for (const name of PROFILE_DIRECTORIES) {
    expect(host.disk.has(`/vol/profiles/coder/${name}`)).toBe(true);
  }
  expect(host.files.listDirectory("/vol/profiles")).toEqual({ kind: "names", names: ["coder"] });
});

test("createProfile() makes the profiles directory on an empty volume", () => {
  const host = new FakeHost();
  createProfile(host, "/vol", CODER);
  expect(profileExists(host, "/vol", CODER)).toBe(true);
});

test("createProfile() refuses a name that is taken, even by something that is no profile", () => {
  const host = volume("coder");
  host.disk.putFile("/vol/profiles/notes", "");
  expect(() => createProfile(host, "/vol", CODER)).toThrow(
    "Cannot create profile 'coder': /vol/profiles/coder exists already",
  );
  expect(() => createProfile(host, "/vol", profileName("notes"))).toThrow("exists already");
  expect(host.disk.text("/vol/profiles/coder/SOUL.md")).toBe("soul");
});

test("createProfile() refuses default", () => {
  expect(() => createProfile(volume(), "/vol", DEFAULT_PROFILE)).toThrow(
    "Cannot create profile 'default': it is the installation itself",
  );
});

test("createProfile() says what the volume said, and leaves nothing behind", () => {
  const host = volume();
  host.disk.fail("/vol/profiles/coder", "write", "EROFS");
  expect(() => createProfile(host, "/vol", CODER)).toThrow(
    "Cannot create profile 'coder': /vol/profiles/coder: read-only file system",
  );
  expect(host.files.listDirectory("/vol/profiles")).toEqual({ kind: "names", names: [] });
});

test("createProfile() takes nothing of a half that was left behind", () => {
  const host = volume();
  host.disk.putFile("/vol/profiles/.coder.tmp-4242/old", "");
  createProfile(host, "/vol", CODER);
  expect(host.disk.has("/vol/profiles/coder/old")).toBe(false);
  expect(host.files.readStatus("/vol/profiles/coder")?.mode).toBe(0o755);
});

test.each(["ENOTEMPTY", "EEXIST"])(
  "createProfile() says that another one was faster (%s)",
  (code) => {
    const host = volume();
    host.disk.fail("/vol/profiles/coder", "write", code);
    expect(() => createProfile(host, "/vol", CODER)).toThrow(
      expect.objectContaining({ code: "profile-exists" }),
    );
  },
);

test("createProfile() has made the profile as soon as it has its name", () => {
  const host = volume();
  const { rename, removeTree } = host.files;
  let isRenamed = false;
  const files: Record<string, unknown> = host.files;
  files["rename"] = (from: string, to: string) => {
    rename(from, to);
    isRenamed = true;
  };
  files["removeTree"] = (path: string) => {
    if (isRenamed) throw systemError("EIO");
    removeTree(path);
  };
  expect(createProfile(host, "/vol", CODER)).toBe("/vol/profiles/coder");
});

test("describeUnlistable() names a profile that cannot be looked at", () => {
  const host = new FakeHost();
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  host.disk.putDirectory("/vol/profiles/no-profile");
  expect(describeUnlistable(host, "/vol")).toBeNull();
  host.disk.fail("/vol/profiles/coder", "read", "EACCES");
  expect(describeUnlistable(host, "/vol")).toContain("Cannot read profile 'coder'");
});
