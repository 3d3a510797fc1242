/** What answers a request that HTTP, or a program, has read: the service that its target names, else DynamoDB. */
import type { Answer } from '../protocols/answer.ts'
import type { ServiceRequest } from '../protocols/service-request.ts'
import { answerByTarget, type WingsContext } from './ask-wing.ts'
import { type DispatchContext, handle } from './dispatch.ts'

export type AnsweringContext = WingsContext & DispatchContext

/** Never rejects: errors are answers. */
export type Answering = (request: ServiceRequest) => Promise<Answer>

export function answering(context: AnsweringContext): Answering {
  return (request) => answerByTarget(context, request) ?? handle(context, request)
}

/** For the server itself, which may do everything, meets no faults and is asked for no signature that is true. */
export function answeringItself(context: AnsweringContext): Answering {
  return answering({
    ...context,
    authentication: undefined,
    policiesOf: undefined,
    principals: undefined,
    faults: undefined,
    advisor: undefined,
  })
}
