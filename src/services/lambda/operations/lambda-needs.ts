/** What operations of Lambda need to be allowed: their action on the function or the mapping that they name, as on AWS (Service Authorization Reference). */
import type { ContextValue } from '../../../policies/context-keys.ts'
import { UncheckedMembers } from '../../unchecked-members.ts'
import type { WingCall, WingNeed } from '../../wing.ts'
import { functionArn, mappingArn, parseFunctionName } from '../contract/function-name.ts'
import { lambdaShapes } from '../contract/shapes.ts'
import type { LambdaRecords } from '../records/lambda-records.ts'

const ofFunction = new Set(['CreateFunction', 'DeleteFunction', 'GetFunction', 'GetFunctionConfiguration', 'UpdateFunctionConfiguration'])
const ofMapping = new Set(['DeleteEventSourceMapping', 'GetEventSourceMapping', 'UpdateEventSourceMapping'])

export function lambdaNeeds(records: LambdaRecords, { engine, operation, raw }: Omit<WingCall, 'writing'>): readonly WingNeed[] {
  const members = new UncheckedMembers(lambdaShapes, operation, raw)
  const arnOf = (text: string): string => {
    const { name = text, qualifier } = parseFunctionName(text) ?? {}
    return functionArn(engine, { name, qualifier })
  }
  const named = members.text('FunctionName')
  if (operation === 'Invoke') return [{ action: 'InvokeFunction', resource: arnOf(named ?? '') }]
  if (ofFunction.has(operation)) return [{ action: operation, resource: arnOf(named ?? '') }]
  if (operation === 'CreateEventSourceMapping') return [{ action: operation, resource: '*', keys: functionKeys(arnOf(named ?? '')) }]
  if (ofMapping.has(operation)) {
    const uuid = members.text('UUID') ?? ''
    const mapping = records.mapping(uuid)
    const keys = mapping && functionKeys(functionArn(engine, { name: mapping.functionName, qualifier: mapping.qualifier }))
    return [{ action: operation, resource: mappingArn(engine, uuid), ...(keys && { keys }) }]
  }
  const resource = members.text('Resource')
  return [{ action: operation, resource: resource ?? '*' }]
}

function functionKeys(arn: string): ReadonlyMap<string, ContextValue> {
  return new Map([['lambda:functionarn', arn]])
}
