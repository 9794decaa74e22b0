import { startModelServer } from "./model-server.ts";

// The server as a program of its own, for a container: `serve PORT [KEY]`. And a client for what listens there:
// `ask SOCKET|URL PATH [BODY]` prints the status and the body as they come.

async function print(text: string | Uint8Array): Promise<void> {
  await Bun.write(Bun.stdout, text);
}

async function ask(target: string, path: string, body: string | undefined): Promise<void> {
  const request = body === undefined ? {} : { method: "POST", body };
  const response = target.startsWith("/")
    ? await fetch(`http://localhost${path}`, { ...request, unix: target })
    : await fetch(`${target}${path}`, request);
  await print(`${response.status}\n`);
  const stream: AsyncIterable<Uint8Array> | null = response.body;
  for await (const piece of stream ?? []) await print(piece);
}

const [verb = "serve", first = "0", second = "", third] = process.argv.slice(2);
if (verb === "ask") await ask(first, second, third);
else {
  const server = startModelServer({
    port: Number(first),
    ...(second === "" ? {} : { key: second }),
  });
  await print(`${server.baseUrl()}\n`);
}
