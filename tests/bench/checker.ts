import { assertOk } from "../../base/result.ts";
import { proveDefinition } from "../../flows/checker/prove.ts";
import { readSource, SERVICES_DIRECTORY, serviceFolders } from "../../flows/node/load-services.ts";
import { type Figures, median, round } from "./figures.ts";
import { generated } from "./support/generated-service.ts";

const ROUNDS = 5;
/** Seconds for all services that come with the kiosk. */
const LIMIT = 5;
/** Questions in a row, in generated services: from a small one to ten thousand states. */
const SIZES = [5, 30, 100];

/** Seconds that it takes to prove all services; and what a state costs in generated services of growing size. */
export async function run(): Promise<Figures> {
  const sources = await Promise.all((await serviceFolders(SERVICES_DIRECTORY)).map(readSource));
  const seconds: number[] = [];
  for (let turn = 0; turn < ROUNDS; turn++)
    seconds.push(timed(() => sources.map((source) => assertOk(proveDefinition(source), "the service"))).seconds);
  const grown = SIZES.map((questions) => {
    const { value, seconds } = timed(() => assertOk(proveDefinition(generated(questions)), "the generated service"));
    return {
      states: value.states,
      seconds: round(seconds, 2),
      microsecondsAState: round((seconds * 1e6) / value.states, 0),
    };
  });
  const figure = median(seconds);
  return {
    figure: round(figure, 2),
    unit: "seconds to prove all services",
    limit: LIMIT,
    ratio: round(figure / LIMIT, 3),
    pass: figure <= LIMIT,
    samples: ROUNDS,
    services: sources.length,
    grown,
  };
}

function timed<T>(work: () => T): { readonly value: T; readonly seconds: number } {
  const began = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - began) / 1000 };
}
