import { type KioskDetail, kioskDetailSchema } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import { aboutKiosk, useResource } from "../../api/resource.ts";
import { can } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Since } from "../../components/since.tsx";
import { ConditionBadge } from "../../components/state.tsx";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t } from "../../texts/texts.ts";
import { Commands } from "./commands.tsx";
import { Devices } from "./devices.tsx";
import { Journeys } from "./journeys.tsx";
import { Machine, Security, Software } from "./machine.tsx";
import { PlaceSection } from "./place.tsx";
import { Readiness } from "./readiness.tsx";
import { Revocation } from "./revocation.tsx";
import { Services } from "./services.tsx";
import { Timeline } from "./timeline.tsx";
import { WhatIsWrong } from "./what-is-wrong.tsx";
import "./kiosk.css";

/** Everything about one kiosk: what is wrong first, what can be done beside it. */
export function KioskPage({ id }: { readonly id: string }) {
  const kiosk = useResource(
    id,
    (signal) => call("kiosk", { path: { kiosk: id }, answer: kioskDetailSchema, signal }),
    aboutKiosk(id),
  );
  const { data } = kiosk;
  return (
    <>
      <p class="crumb">
        <a href="/kiosks">
          <Icon name="back" />
          {kioskTexts.value.back}
        </a>
      </p>
      <Page title={data?.place ?? id} lead={data && <Lead kiosk={data} />}>
        <ProblemNote problem={kiosk.problem} retry={kiosk.refresh} staleSince={kiosk.at} />
        {data === undefined && kiosk.problem === undefined && <Loading />}
        {data && <Sections kiosk={data} refresh={kiosk.refresh} />}
      </Page>
    </>
  );
}

function Lead({ kiosk }: { readonly kiosk: KioskDetail }) {
  const words = kioskTexts.value;
  const { kiosks } = t.value;
  return (
    <span class="lead-parts">
      <ConditionBadge condition={kiosk.condition} />
      <span>
        {kiosk.site} · <code>{kiosk.id}</code> · {kiosks.ring.toLowerCase()} {kiosk.ring}
        {kiosk.tags.length > 0 && ` · ${kiosk.tags.join(", ")}`}
      </span>
      <span>
        <Icon name={kiosk.connected ? "live" : "offline"} />{" "}
        {kiosk.connected ? kiosks.connected : kiosk.lastSeen === null ? words.never : <AwaySince at={kiosk.lastSeen} />}
      </span>
    </span>
  );
}

function AwaySince({ at }: { readonly at: number }) {
  const [before = "", after = ""] = kioskTexts.value.lastSeen("\n").split("\n");
  return (
    <>
      {t.value.kiosks.away}. {before}
      <Since at={at} full />
      {after}
    </>
  );
}

function Sections({ kiosk, refresh }: { readonly kiosk: KioskDetail; readonly refresh: () => void }) {
  const { state } = kiosk;
  return (
    <div class="kiosk-columns">
      <div class="kiosk-main">
        <WhatIsWrong kiosk={kiosk} />
        <Devices devices={state.devices} />
        <Services service={state.service} />
        <Journeys kiosk={kiosk.id} timeZone={kiosk.timeZone} />
        <Timeline kiosk={kiosk.id} />
      </div>
      <div class="kiosk-side">
        <Commands kiosk={kiosk} />
        <Software kiosk={kiosk} />
        <Security kiosk={kiosk} />
        <Machine machine={state.machine} />
        {kiosk.readiness && <Readiness kiosk={kiosk.id} summary={kiosk.readiness} />}
        <PlaceSection kiosk={kiosk} refresh={refresh} />
        {can("revoke") && <Revocation kiosk={kiosk} refresh={refresh} />}
      </div>
    </div>
  );
}
