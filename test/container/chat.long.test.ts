import { describe, expect, test } from "bun:test";
import { containerOf, runContainer, startContainer } from "./harness/container.ts";
import { engine, engineOk } from "./harness/engine.ts";
import { createVolume } from "./harness/volume.ts";
import { MODEL_VOLUME, modelUrl, startModel } from "./support/model.ts";
import { execInTerminal, startInTerminal } from "./support/terminal.ts";

const WINDOW = { columns: 80, rows: 24 };
const MODEL_FLAG = `--volume=${MODEL_VOLUME}`;
const READY = "Ctrl-D leaves";
const LEFT = "\u001B[D";

/** Who owns a file of the volume, and its mode. */
async function ownerOf(container: string, file: string): Promise<string> {
  return (await engineOk(["exec", container, "stat", "-c", "%U %a", `/opt/data/${file}`])).trim();
}

describe("docker run -it <image>", () => {
  test.concurrent("asks for the model, then holds a conversation as hermes: keys, paste, resize", async () => {
    await using session = await startInTerminal({
      ...WINDOW,
      flags: ["--interactive", "--tty", MODEL_FLAG],
    });
    await session.shows("No model is configured yet");
    await startModel(containerOf(session.name), "right-key");
    session.type(`${modelUrl()}\r`);
    await session.shows("Model: ");
    session.type("test\r");
    await session.shows("API key: ");
    session.type("right-key\r");
    await session.shows(READY);
    session.type(`wrld${LEFT}${LEFT}${LEFT}o\u0001hello, \u0005!\r`);
    await session.shows("You said: hello, world!");
    session.type("\u001B[200~one\r\ntwo\u001B[201~");
    await session.sees("› one\n  two");
    expect(session.screen()).not.toContain("two\u001B[0m");
    session.type("\r");
    await session.sees("You said: one\ntwo");
    session.resize(40, 20);
    session.type("a line that is longer than forty columns");
    // What is written is broken where the new edge is: 39 columns, the prompt among them.
    await session.sees("› a line that is longer than forty colu\n  mns");
    expect(await ownerOf(session.name, "config.yaml")).toBe("hermes 600");
    expect(await ownerOf(session.name, "chat_history.jsonl")).toBe("hermes 600");
    session.type("\u001A\u0003");
    session.type("\u0004");
    expect(await session.exited).toBe(0);
    expect(session.screen()).not.toContain("right-key");
    expect(session.screen()).toEndWith("\u001B[0m");
  });

  test.concurrent("and --tui, with a model on the volume; ctrl-c stops the answer", async () => {
    await using volume = await createVolume();
    const mount = `${volume.name}:/opt/data`;
    const setup = ["setup", "--base-url", modelUrl("patient"), "--model", "test"];
    const written = await runContainer(
      {
        args: [...setup, "--api-key-stdin", "--no-test"],
        volumes: [mount],
      },
      { input: "right-key\n" },
    );
    expect(written).toMatchObject({ code: 0, stdout: "Wrote /opt/data/config.yaml\n" });
    await using session = await startInTerminal({
      ...WINDOW,
      args: ["--tui"],
      flags: ["--interactive", "--tty", MODEL_FLAG, `--volume=${mount}`],
    });
    await session.shows(READY);
    await startModel(containerOf(session.name), "right-key");
    session.type("count\r");
    await session.shows("word-2");
    session.type("\u0003");
    await session.shows("(stopped)");
    session.type("half a line");
    await session.shows("half a line");
    await engine(["stop", session.name]);
    expect(await session.exited).toBe(143);
    expect(session.screen()).toContain("\u001B[?2004l");
  });
});

test("docker exec -it <container> hermes chat is hermes', as root and as hermes, and gives the terminal back", async () => {
  await using container = await startContainer({
    args: ["sleep", "infinity"],
    flags: [MODEL_FLAG],
  });
  await startModel(container, "right-key");
  const setup = ["hermes", "setup", "--base-url", modelUrl(), "--model", "test"];
  const { code, stdout } = await container.exec("0", [...setup, "--api-key-stdin"], {
    input: "right-key\n",
  });
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "Wrote /opt/data/config.yaml\nIt answers: You said: Answer with the one word: ready\n",
  });
  for (const user of ["0", "10000:10000"]) {
    const script =
      'before=$(stty -g); hermes chat; echo "code=$? same=$([ "$before" = "$(stty -g)" ] && echo yes)."';
    await using session = execInTerminal(container.name, user, ["sh", "-c", script], WINDOW);
    await session.shows(READY);
    session.type(`from ${user}\r`);
    await session.shows(`You said: from ${user}`);
    session.type("\u0004");
    await session.shows("code=0 same=yes.");
    expect(await session.exited).toBe(0);
  }
  expect(await ownerOf(container.name, "config.yaml")).toBe("hermes 600");
  expect(await ownerOf(container.name, "chat_history.jsonl")).toBe("hermes 600");
  expect(await container.execOk("0", ["hermes", "chat", "-q", "one question"])).toBe(
    "You said: one question\n",
  );
});

test("docker run <image> chat says that there is no terminal", async () => {
  const { code, stderr } = await runContainer({ args: ["chat"] });
  expect(code).toBe(2);
  expect(stderr).toContain("✗ Cannot hold a conversation: stdin is not a terminal\n  Hint: ");
});
