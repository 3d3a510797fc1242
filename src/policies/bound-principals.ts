/**
 * Saved policies name users and roles by their ARNs and mean those that there were when they were saved (iam-and-sigv4.md §3.1): beside
 * the text the ids stand, which are given to nobody else. So who is made again under a name that was deleted is not meant, who is renamed
 * still is, and the text is shown with what they are called now: by their id, when they are gone.
 */
import type { ListedPrincipals, PolicyDocument, PrincipalEntry } from './policy-document.ts'

/** The users and roles of the account. */
export interface Principals {
  /** Undefined when there is none of this ARN. */
  idOf(arn: string): string | undefined
  /** What whoever has this id is called now; undefined when they are gone. */
  arnOf(id: string): string | undefined
}

/** By the ARNs that stand in the text. */
export interface BoundIds {
  readonly [arn: string]: string
}

/** Undefined when the document names nobody of the account. */
export function bindPrincipals({ statements }: PolicyDocument, { idOf }: Principals): BoundIds | undefined {
  const names = statements.flatMap(({ principals }) => principals?.entries ?? []).map(({ name }) => name)
  const bound = [...new Set(names)].flatMap((name) => {
    const id = idOf(name)
    return id === undefined ? [] : [[name, id] as const]
  })
  return bound.length === 0 ? undefined : Object.fromEntries(bound)
}

/** The document as it is decided by: with ids in the place of the ARNs that mean them. */
export function boundDocument(document: PolicyDocument, bound: BoundIds | undefined): PolicyDocument {
  if (bound === undefined) return document
  const entryOf = (entry: PrincipalEntry): PrincipalEntry => ({
    ...entry,
    name: (entry.type === 'AWS' && getId(bound, entry.name)) || entry.name,
  })
  const listed = ({ isNegated, entries }: ListedPrincipals): ListedPrincipals => ({ isNegated, entries: entries.map(entryOf) })
  const statements = document.statements.map((each) =>
    each.principals === undefined ? each : { ...each, principals: listed(each.principals) },
  )
  return { ...document, statements }
}

/** The text as it is shown: as it was put, as long as everybody has the name that stands there. */
export function shownText(text: string, bound: BoundIds | undefined, { arnOf }: Pick<Principals, 'arnOf'>): string {
  const renamed = new Map(Object.entries(bound ?? {}).map(([arn, id]) => [arn, arnOf(id) ?? id]))
  if ([...renamed].every(([arn, now]) => arn === now)) return text
  const nowIn = (value: unknown): unknown => {
    if (typeof value === 'string') return renamed.get(value) ?? value
    return Array.isArray(value) ? value.map(nowIn) : value
  }
  const inPrincipal = (key: string, value: unknown): unknown => {
    if (key !== 'Principal' && key !== 'NotPrincipal') return value
    return typeof value === 'object' && value !== null ? { ...value, ...('AWS' in value && { AWS: nowIn(value.AWS) }) } : value
  }
  return JSON.stringify(JSON.parse(text), inPrincipal)
}

function getId(bound: BoundIds, arn: string): string | undefined {
  return Object.hasOwn(bound, arn) ? bound[arn] : undefined
}
