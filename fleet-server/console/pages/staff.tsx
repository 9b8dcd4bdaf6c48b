import { Page } from "../components/page.tsx";
import { t } from "../texts/texts.ts";

export function StaffPage() {
  return <Page title={t.value.staff.title}>{null}</Page>;
}
