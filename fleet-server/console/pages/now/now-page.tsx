import { WHO } from "../../../../base/contracts/device-status.ts";
import type { NowPage as Now } from "../../../api/contract/kiosks.ts";
import { useNow } from "../../app/now-resource.tsx";
import { changeQuery, location, wall } from "../../app/router.ts";
import { Icon } from "../../components/icon.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { number, percent } from "../../format/time.ts";
import { t } from "../../texts/texts.ts";
import { groupBySite } from "./grouping.ts";
import { Totals } from "./totals.tsx";
import { TroubleList } from "./trouble.tsx";
import { Wall } from "./wall.tsx";
import "./now.css";

/** What an operator asks first: what is broken, where, since when, what citizens see meanwhile, who must act. */
export function NowPage() {
  const now = useNow();
  if (wall.value) return <Wall now={now} />;
  const { now: words } = t.value;
  const critical = now.data?.totals.critical ?? 0;
  return (
    <Page title={words.title} tab={critical > 0 ? `(${critical}) ${words.title}` : words.title}>
      <ProblemNote problem={now.problem} retry={now.refresh} staleSince={now.at} />
      {now.data ? <Content page={now.data} /> : now.problem === undefined && <Loading />}
    </Page>
  );
}

function Content({ page }: { readonly page: Now }) {
  const { now: words, who: whoWords } = t.value;
  const chosen = WHO.find((who) => who === location.value.query.get("who"));
  const shown = page.kiosks.filter(({ alerts }) => chosen === undefined || alerts.some(({ who }) => who === chosen));
  return (
    <>
      <div class="now__figures">
        <Totals totals={page.totals} />
        <p class="now__today">
          <span class="soft">{words.today}</span>
          <strong>{number(page.journeys.today)}</strong>
          {page.journeys.today > 0 && (
            <span>
              {words.completed(number(page.journeys.completed), percent(page.journeys.completed / page.journeys.today))}
            </span>
          )}
        </p>
      </div>
      {page.kiosks.length === 0 ? (
        <Calm totals={page.totals} />
      ) : (
        <>
          <fieldset class="chips">
            <legend class="unseen">{words.who}</legend>
            <Chip who="" label={words.everybody} count={undefined} chosen={chosen === undefined} />
            {WHO.filter((who) => page.waitingFor[who] !== undefined || who === chosen).map((who) => (
              <Chip key={who} who={who} label={whoWords[who]} count={page.waitingFor[who]} chosen={chosen === who} />
            ))}
          </fieldset>
          <h2 class="unseen">{words.list}</h2>
          <ListHead />
          {shown.length === 0 && (
            <p class="empty">
              {words.filtered}{" "}
              <button type="button" class="button button--small" onClick={() => changeQuery({ who: "" })}>
                {words.showAll}
              </button>
            </p>
          )}
          {groupBySite(shown).map(({ site, kiosks }) => (
            <section key={site ?? kiosks[0]?.id} class={site === undefined ? undefined : "site-group"}>
              {site !== undefined && (
                <h3>
                  <Icon name="place" />
                  {site} <span class="soft">{words.inSite(kiosks.length)}</span>
                </h3>
              )}
              <TroubleList kiosks={kiosks} who={chosen} />
            </section>
          ))}
          {page.kiosks.length >= 200 && <p class="hint">{words.capped}</p>}
        </>
      )}
    </>
  );
}

/** The columns' names, for the eye: every row says them to screen readers itself. */
function ListHead() {
  const { now: words, kiosks } = t.value;
  return (
    <p class="troubles-head" aria-hidden="true">
      <span>{kiosks.trouble}</span>
      <span>{words.since}</span>
      <span>{words.citizens}</span>
      <span>{words.who}</span>
    </p>
  );
}

function Chip({
  who,
  label,
  count,
  chosen,
}: {
  readonly who: string;
  readonly label: string;
  readonly count: number | undefined;
  readonly chosen: boolean;
}) {
  return (
    <button type="button" class="chip" aria-pressed={chosen} onClick={() => changeQuery({ who }, { replace: true })}>
      {label}
      {count !== undefined && <span class="chip__count">{count}</span>}
    </button>
  );
}

export function Calm({ totals }: { readonly totals: Now["totals"] }) {
  const { now: words } = t.value;
  return (
    <div class="calm">
      <Icon name="ok" />
      <p class="calm__title">{words.calm}</p>
      <p>{totals.ok === 0 ? words.calmEmpty : words.calmLead(totals.ok)}</p>
    </div>
  );
}
