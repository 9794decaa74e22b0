// Writes the scripts of slots, as the executable renders them, below DIRECTORY for the shell's linters:
// `bun scripts/lib/rendered-slots.ts DIRECTORY`.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DEFAULT_PROFILE, parseProfileName } from "../../src/profiles/name.ts";
import type { SlotContext } from "../../src/services/s6/slot-shell.ts";
import { renderSlot } from "../../src/services/s6/slot-template.ts";

const IMAGE: SlotContext = {
  interpreter: "/command/with-contenv sh",
  executable: "/usr/local/bin/hermes",
  bootExecutable: "/usr/local/bin/hermes-boot",
  user: { name: "hermes", home: "/opt/data" },
  setuidgid: "/command/s6-setuidgid",
  notifyOnCheck: "/command/s6-notifyoncheck",
  svc: "/command/s6-svc",
  svstat: "/command/s6-svstat",
  startLocks: "/run/hermes-boot/start-*.lock",
};
const ROOTLESS: SlotContext = { ...IMAGE, user: null, setuidgid: "" };

const [directory = "dist/slots"] = process.argv.slice(2);
const coder = parseProfileName("coder");
if (!coder.ok) throw new Error("'coder' is no profile name");

for (const [kind, context] of Object.entries({ image: IMAGE, rootless: ROOTLESS })) {
  for (const name of [DEFAULT_PROFILE, coder.name]) {
    for (const entry of renderSlot(name, false, context)) {
      if (entry.kind !== "file" || entry.mode !== 0o755) continue;
      const path = join(directory, kind, name, entry.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, entry.text, { mode: entry.mode });
    }
  }
}
