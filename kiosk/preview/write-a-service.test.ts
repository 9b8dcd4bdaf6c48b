import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runServices } from "../../flows/cli/commands.ts";
import { Output } from "../../flows/cli/output.ts";
import { STEP_KINDS } from "../../flows/steps/library.ts";
import { Preview } from "./preview.ts";

// A machine that does much else takes its time.
vi.setConfig({ testTimeout: 120_000 });

const DOCUMENT = readFileSync(join(import.meta.dirname, "../../docs/write-a-service.md"), "utf8");
const FOLDER = "srcei/certificado-matricula";

type Block = { readonly language: string; readonly about: string; readonly text: string };

/** The document's blocks between fences, in order. */
const BLOCKS = [...DOCUMENT.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = "", about = "", text = ""]): Block => ({ language, about, text }),
);

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "ventanilla-guide-"));
  process.env.XDG_CONFIG_HOME = join(root, "config");
});
afterAll(() => {
  delete process.env.XDG_CONFIG_HOME;
  rmSync(root, { recursive: true });
});

/** Runs one command of the document in the test's folder. */
async function run(line: string): Promise<{ readonly status: number; readonly said: string }> {
  const words = line.replace("npm run services -- ", "").replaceAll("mis-servicios", root).split(" ");
  const [command, path = ""] = words;
  if (command === "preview") {
    const preview = new Preview(path);
    await preview.reload();
    const { problems, here } = preview.state.value;
    await preview.stage.stop();
    return { status: problems.length, said: here?.step ?? "" };
  }
  let said = "";
  const note = (text: string) => {
    said += text;
  };
  return { status: await runServices(words, new Output(note, note)), said };
}

/** Takes the step and its texts out, as the document says. */
function without(step: string): () => void {
  const files = ["service.yaml", "texts.es.yaml", "texts.en.yaml"].map((name) => join(root, FOLDER, name));
  const before = files.map((file) => readFileSync(file, "utf8"));
  for (const [index, text] of before.entries()) {
    const part =
      index === 0 ? new RegExp(`^  - id: ${step}\n(    .*\n)+`, "m") : new RegExp(`^${step}:\n(  .*\n)+`, "m");
    expect(text).toMatch(part);
    writeFileSync(files[index] ?? "", text.replace(part, ""));
  }
  return () => {
    for (const [index, text] of before.entries()) writeFileSync(files[index] ?? "", text);
  };
}

const squeezed = (text: string) => text.replace(/[^\S\n]+/g, " ");

test("who follows the guide word by word has a service at the end, and sees what it promises", async () => {
  let said = "";
  let ran = 0;
  for (const { language, about, text } of BLOCKS) {
    if (about.startsWith("file=")) writeFileSync(join(root, FOLDER, about.replace("file=", "")), text);
    if (language === "sh" && about === "") {
      said = "";
      for (const line of text.trim().split("\n")) {
        const { status, said: more } = await run(line);
        expect(`${status} ${line}\n${more}`).toMatch(/^0 /);
        said += more;
        ran++;
      }
    }
    if (language !== "text") continue;
    const restore = about === "" ? () => undefined : without(about.replace("without=", ""));
    if (about !== "") said = (await run(`check ${join(root, FOLDER)}`)).said;
    restore();
    for (const line of text.trim().split("\n")) expect(squeezed(said)).toContain(squeezed(line).trim());
  }
  expect(ran).toBe(8);
});

test("the part of the guide is proved where the guide uses it", async () => {
  const use = BLOCKS.find(({ about }) => about === "part=use")?.text ?? expect.unreachable();
  const file = join(root, FOLDER, "service.yaml");
  const before = "  # The last look";
  const service = readFileSync(file, "utf8");
  expect(service).toContain(before);
  writeFileSync(file, service.replace(before, `${use.replace(/^/gm, "  ").trimEnd()}\n\n${before}`));
  expect(await run(`check ${join(root, FOLDER)}`)).toMatchObject({ status: 0 });
});

test("the guide names every step that there is", () => {
  const named = [...DOCUMENT.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, kind]) => kind);
  expect(named).toEqual(expect.arrayContaining(Object.keys(STEP_KINDS)));
});
