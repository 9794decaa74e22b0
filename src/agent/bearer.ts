/** Compares two texts in a time that does not depend on how much of them is the same. */
function isSame(first: string, second: string): boolean {
  const [one, other] = [Buffer.from(first), Buffer.from(second)];
  return one.length === other.length && crypto.timingSafeEqual(one, other);
}

/** Returns true if a request has the token (`Authorization: Bearer …`, RFC 6750). */
export function showsToken(headers: Headers, token: string): boolean {
  const [, shown] = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "") ?? [];
  return shown !== undefined && isSame(shown, token);
}
