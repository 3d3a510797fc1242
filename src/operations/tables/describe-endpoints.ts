/**
 * DescribeEndpoints (operations.md §5.6). Only clients with endpoint discovery switched on ask, and go on with what they are told: the
 * host that was asked. Who asks in process is told AWS's name of the Region's endpoint.
 */
import { endpointCacheMinutes } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { AskedRequest } from '../request/asked-request.ts'

export async function describeEndpoints(
  engine: MeteredEngine,
  _input: InputOf<'DescribeEndpoints'>,
  _usage: RequestUsage,
  { host = `dynamodb.${engine.region}.amazonaws.com` }: AskedRequest,
): Promise<OutputOf<'DescribeEndpoints'>> {
  return { Endpoints: [{ Address: host, CachePeriodInMinutes: endpointCacheMinutes }] }
}
