import type { IppAttribute, IppGroup, IppMessage, IppValue, TextTag } from "./message.ts";

/** The groups of one kind, in order: one for each job in an answer to Get-Jobs. */
export function groupsOf(message: IppMessage, tag: number): readonly IppGroup[] {
  return message.groups.filter((group) => group.tag === tag);
}

/** The values of an attribute; empty when it is not there. Should a printer send it twice, the first counts. */
export function valuesOf(group: IppGroup | undefined, name: string): readonly IppValue[] {
  return group?.attributes.find((attribute) => attribute.name === name)?.values ?? [];
}

/** The texts of an attribute, whatever kind of text they are; values of other kinds are left out. */
export function textsOf(group: IppGroup | undefined, name: string): readonly string[] {
  return valuesOf(group, name).flatMap((value) =>
    "value" in value && typeof value.value === "string" ? [value.value] : [],
  );
}

/** The first number of an attribute (integer or enum). */
export function numberOf(group: IppGroup | undefined, name: string): number | undefined {
  return numbersOf(group, name)[0];
}

export function numbersOf(group: IppGroup | undefined, name: string): readonly number[] {
  return valuesOf(group, name).flatMap((value) =>
    value.tag === "integer" || value.tag === "enum" ? [value.value] : [],
  );
}

export function flagOf(group: IppGroup | undefined, name: string): boolean | undefined {
  const [value] = valuesOf(group, name);
  return value?.tag === "boolean" ? value.value : undefined;
}

export function texts(tag: TextTag, name: string, ...values: readonly string[]): IppAttribute {
  return { name, values: values.map((value) => ({ tag, value })) };
}

export function keywords(name: string, ...values: readonly string[]): IppAttribute {
  return texts("keyword", name, ...values);
}

export function integers(name: string, ...values: readonly number[]): IppAttribute {
  return { name, values: values.map((value) => ({ tag: "integer", value })) };
}

export function enums(name: string, ...values: readonly number[]): IppAttribute {
  return { name, values: values.map((value) => ({ tag: "enum", value })) };
}

export function flag(name: string, value: boolean): IppAttribute {
  return { name, values: [{ tag: "boolean", value }] };
}
