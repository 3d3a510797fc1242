/**
 * Where the signature of a request is, and what its parts are: in the header Authorization or in the query of the address. Nothing is
 * held against anything yet (iam-and-sigv4.md §1.3, steps 1 to 3).
 */
import { ServiceError } from '../../api/errors.ts'
import type { RequestHeaders } from '../service-request.ts'
import { incomplete, invalidSignature } from './refusals.ts'

export interface Signature {
  readonly form: 'header' | 'query'
  readonly algorithm: string
  /** `keyid/date/region/service/term`, if it is one. */
  readonly credential: string
  /** Names with semicolons between them. */
  readonly signedHeaders: string
  readonly signature: string
  /** When it was made, as the client wrote it. */
  readonly date: string
  /** Whether `date` comes from the header Date, whose own format is another one. */
  readonly isDateOfHttp: boolean
  /** Of the query form: for how many seconds it holds, as the client wrote it. */
  readonly expires: string | undefined
  /** Goes with temporary credentials. */
  readonly token: string | undefined
}

/** How nearly all clients write it: what the parts are is seen at one glance. */
const usual = /^(AWS4-[^ ,]+) Credential=([^ ,]+), ?SignedHeaders=([^ ,]+), ?Signature=([^ ,]+)$/
const separators = /[ ,]+/

/** Throws the error that AWS answers with when there is no signature, or when parts of it are missing. */
export function readSignature(headers: RequestHeaders, query: string): Signature {
  const authorization = singleValue(headers.authorization)
  const parameters = query.includes('X-Amz-Algorithm') ? new URLSearchParams(query) : undefined
  if (parameters?.has('X-Amz-Algorithm')) {
    if (authorization !== undefined) {
      throw invalidSignature("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")
    }
    return readQuerySignature(parameters)
  }
  if (authorization === undefined || !authorization.startsWith('AWS4-')) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Request is missing Authentication Token')
  }
  return readHeaderSignature(authorization, headers)
}

/** The service in the credential scope of an Authorization header, whatever else the header may lack. */
export function serviceSignedFor({ authorization }: RequestHeaders): string | undefined {
  const header = singleValue(authorization) ?? ''
  const [, credential] = /(?:^|[ ,])Credential=([^ ,]+)/.exec(header) ?? []
  return credential?.split('/', 4)[3]
}

function readHeaderSignature(authorization: string, headers: RequestHeaders): Signature {
  const amzDate = singleValue(headers['x-amz-date'])
  const date = amzDate || (singleValue(headers.date) ?? '')
  const found = usual.exec(authorization)
  const [, algorithm = '', credential = '', signedHeaders = '', signature = ''] = found ?? readParts(authorization)
  if (found === null || date === '') {
    let missing = ''
    if (credential === '') missing += "Authorization header requires 'Credential' parameter. "
    if (signature === '') missing += "Authorization header requires 'Signature' parameter. "
    if (signedHeaders === '') missing += "Authorization header requires 'SignedHeaders' parameter. "
    if (date === '') missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    if (missing !== '') throw incomplete(`${missing}Authorization=${authorization}`)
  }
  return {
    form: 'header',
    algorithm,
    credential,
    signedHeaders,
    signature,
    date,
    isDateOfHttp: !amzDate,
    expires: undefined,
    token: singleValue(headers['x-amz-security-token']),
  }
}

/** As the groups of `usual`: parts in any order, with commas or spaces between them. */
function readParts(authorization: string): readonly string[] {
  const [algorithm = '', ...parts] = authorization.split(separators)
  const values = new Map<string, string>()
  for (const part of parts) {
    if (part === '') continue
    const equals = part.indexOf('=')
    if (equals < 0) {
      throw incomplete(`'${part}' not a valid key=value pair (missing equal-sign) in Authorization header: '${authorization}'.`)
    }
    values.set(part.slice(0, equals), part.slice(equals + 1))
  }
  return [authorization, algorithm, ...['Credential', 'SignedHeaders', 'Signature'].map((name) => values.get(name) ?? '')]
}

function readQuerySignature(parameters: URLSearchParams): Signature {
  let missing = ''
  for (const name of ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date']) {
    if (!parameters.get(name)) missing += `AWS query-string parameters must include '${name}'. `
  }
  if (missing !== '') throw incomplete(`${missing}Re-examine the query-string parameters.`)
  return {
    form: 'query',
    algorithm: parameters.get('X-Amz-Algorithm') ?? '',
    credential: parameters.get('X-Amz-Credential') ?? '',
    signedHeaders: parameters.get('X-Amz-SignedHeaders') ?? '',
    signature: parameters.get('X-Amz-Signature') ?? '',
    date: parameters.get('X-Amz-Date') ?? '',
    isDateOfHttp: false,
    expires: parameters.get('X-Amz-Expires') ?? undefined,
    token: parameters.get('X-Amz-Security-Token') ?? undefined,
  }
}

function singleValue(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value
}
