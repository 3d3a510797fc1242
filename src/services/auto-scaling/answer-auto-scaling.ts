/** Application Auto Scaling over AWS JSON 1.1: from a request that other-services.ts let in to its answer. */

import { exceptions, ServiceError } from '../../api/errors.ts'
import { type Answer, signedAnswer } from '../../protocols/answer.ts'
import { parseBody } from '../../protocols/parse-body.ts'
import { checkPlausiblySigned } from '../../server/auth.ts'
import { engineFor } from '../../server/dispatch.ts'
import type { OtherRequest, OtherServiceContext } from '../wing.ts'
import { checkScalingInput } from './contract/check-input.ts'
import { ScalingError, scalingExceptions } from './contract/errors.ts'
import { findScalingOperation, scalingTargetPrefix } from './contract/operations.ts'
import { scalingHandlers } from './operations/registry.ts'

const contentType = 'application/x-amz-json-1.1'

/** Never rejects: what goes wrong is an answer, and in the log if the fault is ours. */
export async function answerAutoScaling(context: OtherServiceContext, request: OtherRequest): Promise<Answer> {
  const requestId = context.requestIds.next()
  try {
    const body = JSON.stringify(await outputFor(context, request))
    return signedAnswer({ requestId, status: 200, contentType, body })
  } catch (error) {
    return errorAnswer(context, requestId, request, error)
  }
}

async function outputFor({ engine }: OtherServiceContext, { protocol, operation, headers, query, body }: OtherRequest): Promise<unknown> {
  const name = protocol === 'json' && operation !== undefined ? findScalingOperation(scalingTargetPrefix + operation) : undefined
  if (name === undefined) throw new ScalingError('UnknownOperationException', '')
  const regional = engineFor(engine, checkPlausiblySigned(headers, query))
  const handler = scalingHandlers[name]
  return handler(regional, checkScalingInput(name, parseBody(body)) as never)
}

/** `__type` is the bare name and the message a `Message`, as the model has it; errors of every AWS service have a `message`. */
function errorAnswer({ log }: OtherServiceContext, requestId: string, { operation }: OtherRequest, error: unknown): Answer {
  if (error instanceof ScalingError) {
    const { exception, message, members } = error
    const body = JSON.stringify({ __type: exception, ...(message !== '' && { Message: message }), ...members })
    return signedAnswer({ requestId, status: scalingExceptions[exception], contentType, body })
  }
  if (error instanceof ServiceError) {
    const body = JSON.stringify({ __type: error.exception, ...(error.message !== '' && { message: error.message }) })
    return signedAnswer({ requestId, status: exceptions[error.exception].status, contentType, body })
  }
  log(`${operation ?? 'A request'} of auto scaling failed, request id ${requestId}`, error)
  const body = JSON.stringify({ __type: 'InternalServiceException', Message: 'The service encountered an internal error.' })
  return signedAnswer({ requestId, status: 500, contentType, body })
}
