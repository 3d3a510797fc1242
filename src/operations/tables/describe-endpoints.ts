/**
 * DescribeEndpoints (operations.md §5.6). Only clients with endpoint discovery switched on ask; they are told AWS's name of
 * the Region's endpoint, since an engine does not know under which name its server is reached.
 */
import { endpointCacheMinutes } from '../../api/limits.ts'
import type { OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

export async function describeEndpoints(engine: MeteredEngine): Promise<OutputOf<'DescribeEndpoints'>> {
  return { Endpoints: [{ Address: `dynamodb.${engine.region}.amazonaws.com`, CachePeriodInMinutes: endpointCacheMinutes }] }
}
