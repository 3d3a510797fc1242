/**
 * DescribeEndpoints (operations.md §5.6). Only clients with endpoint discovery switched on ask, and go on with what they are told: the
 * host that was asked. Who asks in process is told AWS's name of the Region's endpoint.
 */
import type { ServiceError } from '../../api/errors.ts'
import { endpointCacheMinutes } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Principals } from '../../policies/bound-principals.ts'
import type { Caller } from '../../policies/caller.ts'

/** What an operation may want to know of the request besides its input. */
export interface AskedRequest {
  /** Name and port under which the server was reached; undefined in process. */
  readonly host: string | undefined
  readonly caller: Caller
  /** The users and roles of the account. Left out: nobody knows them. */
  readonly principals?: Principals | undefined
  /** The members of a batch of statements that the caller may not have carried out, by their places. */
  readonly denied?: ReadonlyMap<number, ServiceError>
}

export async function describeEndpoints(
  engine: MeteredEngine,
  _input: InputOf<'DescribeEndpoints'>,
  _usage: RequestUsage,
  { host = `dynamodb.${engine.region}.amazonaws.com` }: AskedRequest,
): Promise<OutputOf<'DescribeEndpoints'>> {
  return { Endpoints: [{ Address: host, CachePeriodInMinutes: endpointCacheMinutes }] }
}
