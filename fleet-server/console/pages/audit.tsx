import { Page } from "../components/page.tsx";
import { t } from "../texts/texts.ts";

export function AuditPage() {
  return <Page title={t.value.audit.title}>{null}</Page>;
}
