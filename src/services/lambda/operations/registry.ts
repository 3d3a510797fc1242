/** Which file answers which operation of Lambda. */
import type { LambdaInput } from '../contract/check-input.ts'
import type { LambdaOperation } from '../contract/operations.ts'
import type { LambdaContext } from '../lambda-context.ts'
import { deleteEventSourceMapping, updateEventSourceMapping } from './change-event-source-mapping.ts'
import { createEventSourceMapping } from './create-event-source-mapping.ts'
import {
  createFunction,
  deleteFunction,
  getAccountSettings,
  getFunction,
  getFunctionConfiguration,
  listFunctions,
  updateFunctionConfiguration,
} from './functions.ts'
import { invoke } from './invoke.ts'
import { getEventSourceMapping, listEventSourceMappings } from './read-event-source-mappings.ts'
import { listTags, tagResource, untagResource } from './tags.ts'

type Handler<O extends LambdaOperation> = (context: LambdaContext, input: LambdaInput<O>) => Promise<unknown>

export const lambdaHandlers: { readonly [O in LambdaOperation]: Handler<O> } = {
  CreateEventSourceMapping: createEventSourceMapping,
  CreateFunction: createFunction,
  DeleteEventSourceMapping: deleteEventSourceMapping,
  DeleteFunction: deleteFunction,
  GetAccountSettings: getAccountSettings,
  GetEventSourceMapping: getEventSourceMapping,
  GetFunction: getFunction,
  GetFunctionConfiguration: getFunctionConfiguration,
  Invoke: invoke,
  ListEventSourceMappings: listEventSourceMappings,
  ListFunctions: listFunctions,
  ListTags: listTags,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateEventSourceMapping: updateEventSourceMapping,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
}
