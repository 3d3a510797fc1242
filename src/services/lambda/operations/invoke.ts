/** Invoke: waits for what a function answers, or lets it run, or only asks whether there is one (lambda-triggers.md §1). */
import { uuid } from '../../../base/random.ts'
import { isJson } from '../../../functions/function-errors.ts'
import { eventPayloadBytesMax, payloadBytesMax } from '../../../functions/limits.ts'
import type { LambdaInput } from '../contract/check-input.ts'
import { LambdaError, noSuchFunction } from '../contract/errors.ts'
import { functionArn, parseFunctionName } from '../contract/function-name.ts'
import type { Lambda } from '../contract/shapes.ts'
import { findFunction, invokeFunction } from '../functions.ts'
import type { LambdaContext } from '../lambda-context.ts'

type Input = LambdaInput<'Invoke'>

export async function invoke(context: LambdaContext, input: Input): Promise<Lambda<'InvokeOutput'>> {
  const { engine } = context
  const { InvocationType = 'RequestResponse', LogType = 'None', ClientContext } = input
  const { name, qualifier } = invokedFunction(context, input)
  const payload = payloadOf(input)
  if (InvocationType === 'DryRun') return { StatusCode: 204 }
  const clientContext = ClientContext === undefined ? undefined : clientContextOf(ClientContext)
  const call = { name, qualifier, payload, requestId: uuid(engine.random), region: engine.region, clientContext }
  if (InvocationType === 'Event') {
    void invokeFunction(context, call)
    return { StatusCode: 202 }
  }
  const result = await invokeFunction(context, call)
  switch (result.kind) {
    case 'throttled':
      throw new LambdaError('TooManyRequestsException', 'Rate Exceeded.')
    case 'unreachable':
      throw new LambdaError('ServiceException', `The function cannot be asked: ${result.reason}`)
    default:
      return {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: Buffer.from(result.payload, 'utf8').toString('base64'),
        ...(result.kind === 'failed' && { FunctionError: result.how }),
        ...(LogType === 'Tail' && { LogResult: Buffer.from(result.log, 'utf8').toString('base64') }),
      }
  }
}

function invokedFunction(
  context: LambdaContext,
  { FunctionName, Qualifier }: Input,
): { readonly name: string; readonly qualifier: string | undefined } {
  const parsed = parseFunctionName(FunctionName)
  const name = parsed?.name ?? FunctionName
  const qualifier = parsed?.qualifier ?? Qualifier
  const isOurs = parsed?.account === undefined || parsed.account === context.engine.account
  if (!isOurs || findFunction(context, name) === undefined) throw noSuchFunction(functionArn(context.engine, { name, qualifier }))
  return { name, qualifier: qualifier === '$LATEST' ? undefined : qualifier }
}

/** JSON. Throws RequestTooLargeException, InvalidRequestContentException. */
function payloadOf({ Payload = '', InvocationType }: Input): string {
  const bytes = Buffer.from(Payload, 'base64')
  const bytesMax = InvocationType === 'Event' ? eventPayloadBytesMax : payloadBytesMax
  if (bytes.length > bytesMax) {
    // [V] The words, as clients quote them.
    const operation = InvocationType === 'Event' ? 'InvokeAsync' : 'InvokeFunction'
    throw new LambdaError('RequestTooLargeException', `Request must be smaller than ${bytesMax} bytes for the ${operation} operation`)
  }
  const text = bytes.length === 0 ? '{}' : bytes.toString('utf8')
  if (!isJson(text)) throw new LambdaError('InvalidRequestContentException', 'Could not parse request body into json.')
  return text
}

function clientContextOf(base64: string): string {
  const text = Buffer.from(base64, 'base64').toString('utf8')
  // [I] The words.
  if (!isJson(text)) throw new LambdaError('InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.')
  return text
}
