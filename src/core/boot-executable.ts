import { dirname, join } from "node:path";
import type { Host } from "../host/host.ts";

/** Returns the absolute path of `hermes-boot`, which is a link beside this executable. */
export function bootExecutable({ self }: Host): string {
  return join(dirname(self.executable), "hermes-boot");
}
