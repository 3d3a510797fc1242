/** What every wing is to the server: how it is asked, and what it answers. A wing is one AWS service beside DynamoDB. */
import type { Log } from '../base/log.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { Answer } from '../protocols/answer.ts'
import type { RequestIds } from '../protocols/request-ids.ts'
import type { RequestHeaders } from '../protocols/service-request.ts'

/** What a service needs of the server to answer. */
export interface OtherServiceContext {
  /** As the server's own region sees it: `engineFor` of dispatch.ts gives that of the region a request is signed for. */
  readonly engine: MeteredEngine
  readonly requestIds: RequestIds
  readonly log: Log
}

export interface OtherRequest {
  /** `json` also for Smithy RPC v2 in JSON; a form names its operation in its body. */
  readonly protocol: 'json' | 'cbor' | 'query'
  /** Undefined for a form. */
  readonly operation: string | undefined
  readonly headers: RequestHeaders
  /** What follows `?` in the address. */
  readonly query: string
  readonly body: Uint8Array
}

export interface OtherService {
  /** The name that stands in targets and paths. */
  readonly prefix: string
  readonly speaksForms?: true
  /** Never rejects: errors are answers, in the protocol of the request. */
  answer(context: OtherServiceContext, request: OtherRequest): Promise<Answer<string | Uint8Array>>
}
