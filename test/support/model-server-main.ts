import { startModelServer } from "./model-server.ts";

// The server as a program of its own, for a container: PORT [KEY].

const [port = "0", key] = process.argv.slice(2);
const server = startModelServer({ port: Number(port), ...(key === undefined ? {} : { key }) });
await Bun.write(Bun.stdout, `${server.baseUrl()}\n`);
