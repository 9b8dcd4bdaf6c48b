import type { CliOutcome } from "./kind.ts";

/**
 * Standard output of the driver CLI: JSON lines, or lines for people. After the outcome nothing more is written, so
 * that it is the last line whatever a device still says.
 */
export class Output {
  /** Whether standard output is for programs. */
  readonly json: boolean;
  readonly #out: (text: string) => void;
  #ended = false;

  constructor(json: boolean, out: (text: string) => void) {
    this.json = json;
    this.#out = out;
  }

  event(event: Record<string, unknown>): void {
    if (this.#ended) return;
    this.#line(this.json ? JSON.stringify({ type: "event", event }) : `- ${inline(event)}`);
  }

  outcome(outcome: CliOutcome): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.json) this.#line(JSON.stringify({ type: "outcome", ...outcome }));
    else for (const text of forPeople(outcome)) this.#line(text);
  }

  #line(text: string): void {
    this.#out(`${text}\n`);
  }
}

function inline(event: Record<string, unknown>): string {
  return Object.entries(event)
    .map(([name, value]) => `${name}: ${plain(value)}`)
    .join(", ");
}

function plain(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function forPeople(outcome: CliOutcome): string[] {
  const lines = [
    outcome.outcome,
    ...Object.entries(outcome.result ?? {}).map(([name, value]) => `  ${name}: ${plain(value)}`),
  ];
  if (outcome.outcome === "ok") return lines;
  const { code, message, who } = outcome.error;
  return [...lines, `  ${code}: ${message}${who === "none" ? "" : ` [${who}]`}`];
}
