import type { NowPage } from "../../../api/contract/kiosks.ts";
import type { Resource } from "../../api/resource.ts";
import { LiveSign } from "../../app/live-sign.tsx";
import { now as clock } from "../../app/ticker.ts";
import { Icon } from "../../components/icon.tsx";
import { Loading } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Since } from "../../components/since.tsx";
import { clockTime } from "../../format/time.ts";
import { t } from "../../texts/texts.ts";
import { alertWords } from "../../words/alert-words.ts";
import { storyOf } from "../../words/story.ts";
import { Calm } from "./now-page.tsx";
import { Totals } from "./totals.tsx";
import "./wall.css";

/** As many as fit on one screen without scrolling: in full, and then by name only. */
const FULL = 6;
const BY_NAME = 9;

/** For a screen that hangs on a wall: read from five metres, touched by nobody. */
export function Wall({ now }: { readonly now: Resource<NowPage> }) {
  const { now: words } = t.value;
  const kiosks = now.data?.kiosks ?? [];
  const left = kiosks.length - FULL - BY_NAME;
  return (
    <>
      <header class="wall__head">
        <h1>{words.title}</h1>
        {now.data && <Totals totals={now.data.totals} />}
        <div class="wall__clock">
          <time>{clockTime(clock.value)}</time>
          <LiveSign />
        </div>
      </header>
      <ProblemNote problem={now.problem} staleSince={now.at} />
      {now.data === undefined && now.problem === undefined && <Loading />}
      {now.data && kiosks.length === 0 && <Calm totals={now.data.totals} />}
      <ul class="wall__list" data-count={Math.min(kiosks.length, FULL)}>
        {kiosks.slice(0, FULL).map(({ id, place, alerts }) => {
          const story = storyOf(alerts);
          if (story === undefined) return null;
          const { lead: alert, cause = alert } = story;
          const { title, citizens } = alertWords(alert);
          const why = alertWords(cause);
          return (
            <li key={id} class={`wall__item tone-${alert.severity}`}>
              <Icon name={alert.severity} />
              <div>
                <p class="wall__place">
                  <strong>{place}</strong> <Since at={alert.since} />
                </p>
                <p class="wall__title">{cause === alert ? title : `${title}: ${why.title}`}</p>
                <p class="wall__clamped">{citizens}</p>
                <p class="wall__clamped">
                  <strong>{t.value.who[cause.who]}:</strong> {why.action}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
      <ul class="wall__rest">
        {kiosks.slice(FULL, FULL + BY_NAME).map(({ id, place, alerts: [alert] }) => (
          <li key={id} class={`tone-${alert?.severity}`}>
            {alert && <Icon name={alert.severity} />} <strong>{place}</strong> {alert && alertWords(alert).title}
          </li>
        ))}
      </ul>
      <footer class="wall__foot">
        <p>{left > 0 && words.moreOnWall(left)}</p>
        <a href="/">{words.leaveWall}</a>
      </footer>
    </>
  );
}
