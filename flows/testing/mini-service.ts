import { parse, stringify } from "yaml";
import { assertOk } from "../../base/result.ts";
import { compileService } from "../compiler/compile.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { SERVICE_TEXTS } from "../compiler/definition.ts";
import { kindOf, STEP_KINDS, type Step } from "../steps/library.ts";

/**
 * A service of a few steps around the one that a test is about. Its texts are the keys themselves.
 *
 * @param steps the `steps` of a definition, YAML.
 */
export function miniService(steps: string, requires: readonly string[] = []): CompiledService {
  const list: { kind: Step["kind"] }[] = parse(steps);
  const texts: { [key: string]: { [key: string]: string } | { [key: string]: { [key: string]: string } } } = {};
  const add = (key: string) => {
    const path = key.split(".");
    let branch: { [key: string]: unknown } = texts;
    for (const name of path.slice(0, -1)) {
      branch[name] ??= {};
      branch = branch[name] as { [key: string]: unknown };
    }
    branch[path.at(-1) ?? ""] = `«${key}»`;
  };
  SERVICE_TEXTS.forEach(add);
  for (const raw of list) {
    const step = STEP_KINDS[raw.kind].schema.parse(raw);
    for (const key of kindOf(step).texts(step).required) add(`${step.id}.${key}`);
  }
  const file = { name: "texts.yaml", text: stringify(texts) };
  const frame = { id: "test/mini", institution: "test", icon: "document", requires, steps: list };
  const service = { name: "service.yaml", text: stringify(frame) };
  return assertOk(compileService({ service, texts: { es: file, en: file } }), "the test's service");
}
