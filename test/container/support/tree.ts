import type { Container } from "../harness/container.ts";

/** One line a path: kind, mode, owner, size (of files), name and, for a link, its target. */
export async function listTree(
  container: Container,
  ...paths: readonly string[]
): Promise<readonly string[]> {
  const facts = ["-type", "f", "-printf", "%y %m %U:%G %s %p\\n", "-o"];
  const others = ["-printf", "%y %m %U:%G %p %l\\n"];
  const command = ["find", ...paths, "-xdev", ...facts, ...others];
  const found = await container.execOk("root", command);
  return found.split("\n").toSorted();
}

/** The owner and mode of one path, for example `root:hermes 710`. */
export async function ownerAndMode(container: Container, path: string): Promise<string> {
  return (await container.execOk("root", ["stat", "-c", "%U:%G %a", path])).trim();
}
