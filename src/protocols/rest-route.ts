/** Which operation a method and a path mean in REST, and what the labels of its template are there. */
import { ClientError } from '../api/client-error.ts'
import { printedPathLengthMax } from './limits.ts'
import type { OperationTable, RestBinding } from './service-contract.ts'

export interface RestRoute {
  readonly operation: string
  readonly binding: RestBinding
  /** By member. */
  readonly labels: ReadonlyMap<string, string>
}

export interface RestAddress {
  readonly method: string
  readonly path: string
  readonly parameters: URLSearchParams
}

/**
 * Of several operations the one whose template says most: names before labels, then most parameters. Undefined if there is none. A
 * slash at the end means nothing. Throws SerializationException for a label that is not decodable.
 */
export function findRoute(operations: OperationTable, address: RestAddress): RestRoute | undefined {
  const segments = segmentsOf(address.path)
  let best: { readonly operation: string; readonly binding: RestBinding; readonly rank: number } | undefined
  for (const [operation, { http: binding }] of Object.entries(operations)) {
    const rank = binding?.method === address.method ? rankOf(binding.path, segments, address.parameters) : undefined
    if (binding === undefined || rank === undefined) continue
    if (best === undefined || rank > best.rank) best = { operation, binding, rank }
  }
  return best && { operation: best.operation, binding: best.binding, labels: labelsIn(best.binding.path, segments) }
}

/** How much of the address the template names; undefined if it is that of another address. */
function rankOf(template: string, segments: readonly string[], parameters: URLSearchParams): number | undefined {
  const [path = '', question] = template.split('?')
  const wanted = segmentsOf(path)
  const isThere = wanted.length === segments.length && wanted.every((each, at) => labelOf(each) !== undefined || each === segments[at])
  const constants = question === undefined ? [] : [...new URLSearchParams(question)]
  if (!isThere || !constants.every(([name, value]) => parameters.get(name) === value)) return undefined
  const names = wanted.filter((each) => labelOf(each) === undefined).length
  return names + constants.length / 100
}

function labelsIn(template: string, segments: readonly string[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  for (const [at, each] of segmentsOf(template.split('?')[0] ?? '').entries()) {
    const label = labelOf(each)
    if (label !== undefined) labels.set(label, decoded(segments[at] ?? ''))
  }
  return labels
}

function labelOf(segment: string): string | undefined {
  return segment.startsWith('{') ? segment.slice(1, -1) : undefined
}

function segmentsOf(path: string): readonly string[] {
  return (path.endsWith('/') ? path.slice(0, -1) : path).split('/').slice(1)
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new ClientError(
      'SerializationException',
      `The address has a part that is not percent-encoded UTF-8: ${segment.slice(0, printedPathLengthMax)}`,
    )
  }
}
