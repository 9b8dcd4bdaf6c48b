import { Page } from "../../components/page.tsx";
import { t } from "../../texts/texts.ts";

export function EnrolmentPage() {
  return <Page title={t.value.enrolment.title}>{null}</Page>;
}
