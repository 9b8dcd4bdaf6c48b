import { stringify } from "yaml";
import type { ServiceSource } from "../../../flows/compiler/source.ts";

/** A service of one page of information, `questions` questions in a row and a last page. */
export function generated(questions: number): ServiceSource {
  const names = Array.from({ length: questions }, (_, index) => `q-${index + 1}`);
  const asks = names.map((id) => ({ id, kind: "ask", input: "text", optional: true }));
  const steps = [{ id: "start", kind: "inform" }, ...asks, { id: "done", kind: "finish" }];
  const page = { title: "Título", body: "Texto." };
  const service = { name: "Nombre", summary: "Resumen", institution: "Institución", price: "Gratis" };
  const texts = {
    service,
    start: page,
    done: page,
    ...Object.fromEntries(names.map((id) => [id, { title: "Pregunta" }])),
  };
  const file = (name: string, value: unknown) => ({ name, text: stringify(value) });
  return {
    service: file("service.yaml", {
      id: "bench/generated",
      institution: "bench",
      icon: "document",
      requires: [],
      steps,
    }),
    texts: { es: file("texts.es.yaml", texts), en: file("texts.en.yaml", texts) },
  };
}
