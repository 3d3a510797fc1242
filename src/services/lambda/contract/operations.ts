/** The Lambda operations that Stator offers, with where they are, and those it knows of and does not: for an honest answer to either. */
import type { OperationRow } from '../../../protocols/service-contract.ts'

const mappings = '/2015-03-31/event-source-mappings'
const functions = '/2015-03-31/functions'
const tags = '/2017-03-31/tags/{Resource}'

export type LambdaOperation =
  | 'CreateEventSourceMapping'
  | 'CreateFunction'
  | 'DeleteEventSourceMapping'
  | 'DeleteFunction'
  | 'GetAccountSettings'
  | 'GetEventSourceMapping'
  | 'GetFunction'
  | 'GetFunctionConfiguration'
  | 'Invoke'
  | 'ListEventSourceMappings'
  | 'ListFunctions'
  | 'ListTags'
  | 'TagResource'
  | 'UntagResource'
  | 'UpdateEventSourceMapping'
  | 'UpdateFunctionConfiguration'

export const lambdaOperations: { readonly [Name in LambdaOperation]: OperationRow } = {
  CreateEventSourceMapping: {
    notes: 'for streams of DynamoDB tables; filters, windows, retries, bisecting, partial failures, tumbling windows, failure destinations',
    http: { method: 'POST', path: mappings, status: 202 },
  },
  CreateFunction: {
    notes: 'registers a function of the file that `--functions` names; code that is sent is refused',
    http: { method: 'POST', path: functions, status: 201 },
  },
  DeleteEventSourceMapping: { notes: '', http: { method: 'DELETE', path: `${mappings}/{UUID}`, status: 202 } },
  DeleteFunction: {
    notes: 'the file stays as it is; CreateFunction registers it again',
    http: { method: 'DELETE', path: `${functions}/{FunctionName}`, status: 204, query: { Qualifier: 'Qualifier' } },
  },
  GetAccountSettings: { notes: '', http: { method: 'GET', path: '/2016-08-19/account-settings' } },
  GetEventSourceMapping: { notes: '', http: { method: 'GET', path: `${mappings}/{UUID}` } },
  GetFunction: {
    notes: 'without a place of the code',
    http: { method: 'GET', path: `${functions}/{FunctionName}`, query: { Qualifier: 'Qualifier' } },
  },
  GetFunctionConfiguration: {
    notes: '',
    http: { method: 'GET', path: `${functions}/{FunctionName}/configuration`, query: { Qualifier: 'Qualifier' } },
  },
  Invoke: {
    notes: 'RequestResponse, Event (once, and forgotten with the process) and DryRun; LogType Tail',
    http: {
      method: 'POST',
      path: `${functions}/{FunctionName}/invocations`,
      query: { Qualifier: 'Qualifier' },
      headers: { InvocationType: 'X-Amz-Invocation-Type', LogType: 'X-Amz-Log-Type', ClientContext: 'X-Amz-Client-Context' },
      payload: 'Payload',
      answer: {
        status: 'StatusCode',
        headers: { FunctionError: 'X-Amz-Function-Error', LogResult: 'X-Amz-Log-Result', ExecutedVersion: 'X-Amz-Executed-Version' },
        payload: 'Payload',
      },
    },
  },
  ListEventSourceMappings: {
    notes: 'by stream, by function, a hundred at a time',
    http: {
      method: 'GET',
      path: mappings,
      query: { EventSourceArn: 'EventSourceArn', FunctionName: 'FunctionName', Marker: 'Marker', MaxItems: 'MaxItems' },
    },
  },
  ListFunctions: {
    notes: 'those of the file',
    http: {
      method: 'GET',
      path: functions,
      query: { MasterRegion: 'MasterRegion', FunctionVersion: 'FunctionVersion', Marker: 'Marker', MaxItems: 'MaxItems' },
    },
  },
  ListTags: { notes: 'of event source mappings and registered functions', http: { method: 'GET', path: tags } },
  TagResource: { notes: '', http: { method: 'POST', path: tags, status: 204 } },
  UntagResource: { notes: '', http: { method: 'DELETE', path: tags, status: 204, query: { TagKeys: 'tagKeys' } } },
  UpdateEventSourceMapping: { notes: '', http: { method: 'PUT', path: `${mappings}/{UUID}`, status: 202 } },
  UpdateFunctionConfiguration: {
    notes: 'Description, Environment, MemorySize, Role, Timeout; handler and runtime are the file’s',
    http: { method: 'PUT', path: `${functions}/{FunctionName}/configuration` },
  },
}
