import { can } from "../api/session.ts";
import { KiosksPage } from "../pages/kiosks/kiosks-page.tsx";
import { NotFoundPage } from "../pages/not-found.tsx";
import { NowPage } from "../pages/now/now-page.tsx";
import { lazy } from "./lazy.tsx";
import { location, routeOf } from "./router.ts";

const KioskPage = lazy(async () => (await import("../pages/kiosk/kiosk-page.tsx")).KioskPage);
const EnrolmentPage = lazy(async () => (await import("../pages/enrolment/enrolment-page.tsx")).EnrolmentPage);
const ReleasesPage = lazy(async () => (await import("../pages/releases/releases-page.tsx")).ReleasesPage);
const NewRolloutPage = lazy(async () => (await import("../pages/releases/new-rollout-page.tsx")).NewRolloutPage);
const RolloutPage = lazy(async () => (await import("../pages/releases/rollout-page.tsx")).RolloutPage);
const StaffPage = lazy(async () => (await import("../pages/staff/staff-page.tsx")).StaffPage);
const AuditPage = lazy(async () => (await import("../pages/audit/audit-page.tsx")).AuditPage);

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
