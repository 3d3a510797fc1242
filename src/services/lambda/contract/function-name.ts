/** The ways in which requests name a function, and the ARN that answers name it by (lambda-triggers.md §1). */

export interface FunctionName {
  readonly name: string
  /** An alias or a version. There are none here: each means the function of the file. */
  readonly qualifier: string | undefined
  /** Of the account that a longer form names. */
  readonly account: string | undefined
}

const form =
  /^(?<arn>arn:aws[a-zA-Z-]*:lambda:)?(?:[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d:)?(?:(?<account>\d{12}):)?(?<word>function:)?(?<name>[a-zA-Z0-9-_.]+)(?::(?<qualifier>\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/

/** Undefined for text that is none. `$LATEST` is kept only where it follows an account without the rest of an ARN [V]. */
export function parseFunctionName(text: string): FunctionName | undefined {
  const { arn, account, name = '', qualifier } = form.exec(text)?.groups ?? {}
  if (name === '') return undefined
  const isKept = qualifier !== undefined && (qualifier !== '$LATEST' || (arn === undefined && account !== undefined))
  return { name, qualifier: isKept ? qualifier : undefined, account }
}

export interface FunctionPlace {
  readonly region: string
  readonly account: string
}

export function functionArn({ region, account }: FunctionPlace, { name, qualifier }: Pick<FunctionName, 'name' | 'qualifier'>): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`
}

export function mappingArn({ region, account }: FunctionPlace, uuid: string): string {
  return `arn:aws:lambda:${region}:${account}:event-source-mapping:${uuid}`
}

/** What tags are of; undefined: of nothing that has any here. */
export function taggedIn(arn: string): { readonly kind: 'mapping' | 'function'; readonly name: string } | undefined {
  const [, kind, name = ''] = /^arn:aws[a-zA-Z-]*:lambda:[^:]*:\d{12}:(event-source-mapping|function):([^:]+)$/.exec(arn) ?? []
  if (kind === undefined) return undefined
  return { kind: kind === 'function' ? 'function' : 'mapping', name }
}
