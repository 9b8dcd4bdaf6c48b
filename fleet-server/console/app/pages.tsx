import { can } from "../api/session.ts";
import { AuditPage } from "../pages/audit/audit-page.tsx";
import { EnrolmentPage } from "../pages/enrolment/enrolment-page.tsx";
import { KioskPage } from "../pages/kiosk/kiosk-page.tsx";
import { KiosksPage } from "../pages/kiosks/kiosks-page.tsx";
import { NotFoundPage } from "../pages/not-found.tsx";
import { NowPage } from "../pages/now/now-page.tsx";
import { NewRolloutPage } from "../pages/releases/new-rollout-page.tsx";
import { ReleasesPage } from "../pages/releases/releases-page.tsx";
import { RolloutPage } from "../pages/releases/rollout-page.tsx";
import { StaffPage } from "../pages/staff/staff-page.tsx";
import { location, routeOf } from "./router.ts";

/** The page that the address asks for, where the one who is signed in may see it. */
export function Pages() {
  const route = routeOf(location.value.path);
  switch (route.page) {
    case "now":
      return <NowPage />;
    case "kiosks":
      return <KiosksPage />;
    case "kiosk":
      return <KioskPage key={route.id} id={route.id} />;
    case "enrolment":
      return can("enrolments") ? <EnrolmentPage /> : <NotFoundPage />;
    case "releases":
      return <ReleasesPage />;
    case "new-rollout":
      return can("newRollout") ? <NewRolloutPage /> : <NotFoundPage />;
    case "rollout":
      return <RolloutPage key={route.id} id={route.id} />;
    case "staff":
      return can("staff") ? <StaffPage /> : <NotFoundPage />;
    case "audit":
      return can("audit") ? <AuditPage /> : <NotFoundPage />;
    case "unknown":
      return <NotFoundPage />;
  }
}
