/** Returns true if only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Returns true for an address that stands for all addresses of this machine (`0.0.0.0`, `::`). */
export function isUnspecified(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** Returns true for an address or localhost; a page whose own name was made to lead here sends that name as `Host`. */
export function isOwnHost(header: string): boolean {
  const hostname = URL.parse(`http://${header}`)?.hostname ?? "";
  return /^\[|^\d+(?:\.\d+){3}$/.test(hostname) || /^(?:.+\.)?localhost\.?$/.test(hostname);
}

/** Returns a host as a URL has it: an IPv6 address gets its brackets. */
export function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** Returns the address that a URL leads to; an IPv6 address has no brackets. */
export function addressOfUrl(url: URL): { readonly hostname: string; readonly port: number } {
  const usual = url.protocol === "https:" ? 443 : 80;
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? usual : Number(url.port),
  };
}

/** Returns the number of a TCP port, 1 to 65535; null for every other text. */
export function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** Returns the path that a request asks for, or what it sent if that is no URL. */
export function pathOfRequest(url: string): string {
  // A request of HTTP/1.0 may come without a host.
  return URL.parse(url, "http://localhost")?.pathname ?? url;
}
