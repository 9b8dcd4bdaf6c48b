import { useState } from "preact/hooks";
import { journeyCountersSchema } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import { aboutKiosk, useResource } from "../../api/resource.ts";
import { now } from "../../app/ticker.ts";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { bucketLabel, duration } from "../../format/time.ts";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { type Bucket, bucketsOf, SHOWN, type Unit } from "./buckets.ts";

/** How many citizens were served, by hour or day, as bars and as a table. */
export function Journeys({ kiosk, timeZone }: { readonly kiosk: string; readonly timeZone: string }) {
  const [unit, setUnit] = useState<Unit>("hour");
  const counters = useResource(
    kiosk,
    (signal) =>
      call("journeys", { path: { kiosk }, query: { days: SHOWN.day + 1 }, answer: journeyCountersSchema, signal }),
    aboutKiosk(kiosk),
  );
  const words = kioskTexts.value;
  const buckets = bucketsOf(counters.data?.hours ?? [], unit, now.value, timeZone);
  const done = buckets.reduce((sum, bucket) => sum + bucket.done, 0);
  const total = buckets.reduce((sum, bucket) => sum + bucket.done + bucket.other, 0);
  return (
    <Section
      title={words.journeys}
      aside={
        <fieldset class="segments">
          <legend class="unseen">{words.period}</legend>
          {(["hour", "day"] as const).map((each) => (
            <button key={each} type="button" aria-pressed={unit === each} onClick={() => setUnit(each)}>
              {words.by[each]}
            </button>
          ))}
        </fieldset>
      }
    >
      <ProblemNote problem={counters.problem} retry={counters.refresh} staleSince={counters.at} />
      {counters.data && (
        <>
          <p class="chart__sum">{total === 0 ? words.noJourneys : words.chart(total, done)}</p>
          {total > 0 && <Chart buckets={buckets} unit={unit} timeZone={timeZone} />}
          {total > 0 && <Table buckets={buckets} unit={unit} timeZone={timeZone} />}
        </>
      )}
    </Section>
  );
}

type Shown = { readonly buckets: readonly Bucket[]; readonly unit: Unit; readonly timeZone: string };

const HEIGHT = 96;
const STEP = 20;

function Chart({ buckets, unit, timeZone }: Shown) {
  const words = kioskTexts.value;
  const top = Math.max(4, ...buckets.map(({ done, other }) => done + other));
  const width = buckets.length * STEP;
  const every = unit === "hour" ? 6 : 2;
  const scale = (count: number) => (count / top) * HEIGHT;
  return (
    <figure class="chart" aria-hidden="true">
      <svg
        aria-hidden="true"
        viewBox={`0 -14 ${width} ${HEIGHT + 30}`}
        focusable="false"
        preserveAspectRatio="xMinYMid"
      >
        <path class="chart__grid" d={`M0 0H${width}M0 ${HEIGHT / 2}H${width}M0 ${HEIGHT}H${width}`} />
        <text x="0" y="-4">
          {top}
        </text>
        {buckets.map(({ at, done, other }, index) => (
          <g key={at} transform={`translate(${index * STEP} 0)`}>
            <rect class="chart__done" x="3" width="14" y={HEIGHT - scale(done)} height={scale(done)} />
            <rect class="chart__other" x="3" width="14" y={HEIGHT - scale(done + other)} height={scale(other)} />
            {index % every === every - 1 && (
              <text x="10" y={HEIGHT + 13} text-anchor="middle">
                {bucketLabel(at, unit, timeZone)}
              </text>
            )}
          </g>
        ))}
      </svg>
      <figcaption>
        <span class="key key--done" /> {words.done} <span class="key key--other" /> {words.other}
      </figcaption>
    </figure>
  );
}

function Table({ buckets, unit, timeZone }: Shown) {
  const words = kioskTexts.value;
  return (
    <details class="chart__table">
      <summary>{words.table}</summary>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words[unit]}</th>
            <th scope="col">{words.done}</th>
            <th scope="col">{words.other}</th>
            <th scope="col">{words.average}</th>
          </tr>
        </thead>
        <tbody>
          {buckets
            .filter(({ done, other }) => done + other > 0)
            .map(({ at, done, other, seconds }) => (
              <tr key={at}>
                <th scope="row">{bucketLabel(at, unit, timeZone)}</th>
                <td>{done}</td>
                <td>{other}</td>
                <td>{duration((seconds / (done + other)) * 1_000)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}
