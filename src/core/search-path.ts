/** The first place of a search path (`/usr/local/bin:/usr/bin`) that has a program of this name; null where none has. */
export function findOnPath(
  searchPath: string,
  name: string,
  isProgram: (path: string) => boolean,
): string | null {
  if (name === "") return null;
  for (const directory of searchPath.split(":")) {
    // What is relative depends on where one stands.
    if (!directory.startsWith("/")) continue;
    const candidate = `${directory.replace(/\/+$/, "")}/${name}`;
    if (isProgram(candidate)) return candidate;
  }
  return null;
}
