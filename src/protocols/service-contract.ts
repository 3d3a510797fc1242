/**
 * What the protocols have to know of a service, as data: its operations, its shapes, its errors, and its names on the wire. Every
 * service has one such contract, and the protocols nothing of any service.
 */
import type { ShapeTable } from '../api/shapes/shape-table.ts'
import type { RequestHeaders } from './service-request.ts'

/** By the names that Smithy gives them. */
export type ProtocolName = 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'restJson1' | 'rpcv2Cbor' | 'rpcv2Json'

export interface ServiceContract {
  /** Of the model, such as `2010-08-01`. */
  readonly apiVersion: string
  /** Those that are offered. */
  readonly operations: OperationTable
  /** Those that AWS has besides. They are refused with a sentence. */
  readonly absentOperations?: ReadonlySet<string>
  /** The input of an operation is `<operation>Input`, its output `<operation>Output`; one that answers nothing has none. */
  readonly shapes: ShapeTable
  readonly errors: ErrorCatalogue
  /** What whoever asks is told when the fault is ours. */
  readonly fault: { readonly exception: string; readonly message: string }
  /** Stands before `#` in `__type`; without one the name of the exception stands there alone. */
  readonly errorNamespace?: string
  /** Of answers to forms. */
  readonly xmlNamespace?: string
  /** Less than HTTP lets in, because every body is parsed at one go. */
  readonly bodyBytesMax?: number
}

export interface OperationTable {
  readonly [operation: string]: OperationRow
}

export interface OperationRow {
  /** For the documentation of the service. */
  readonly notes: string
  /** In REST: where the operation is, and where its members are. */
  readonly http?: RestBinding
}

/** What is bound to no place is a member of the JSON that the body is. */
export interface RestBinding {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'
  /** `/2015-03-31/functions/{FunctionName}`: labels are members. Behind `?` may stand what tells two operations apart. */
  readonly path: string
  /** Of the answer. Default 200. */
  readonly status?: number
  /** Names by member, as for all places. A member that is a list may be there several times. */
  readonly query?: BoundMembers
  readonly headers?: BoundMembers
  /** The member that is the whole body: text and bytes as they are, anything else in JSON. */
  readonly payload?: string
  readonly answer?: {
    /** The member that is the status. */
    readonly status?: string
    readonly headers?: BoundMembers
    readonly payload?: string
  }
}

export interface BoundMembers {
  readonly [member: string]: string
}

export interface ErrorRow {
  /** Of HTTP. */
  readonly status: number
  /** The name in the query protocol. Newer protocols tell it, too, to clients that know the old names. */
  readonly code?: string
  /** Where the message stands. Default `message`. */
  readonly messageMember?: 'Message'
  /** In REST: the member that says whose fault it is, `User` or `Service`. Left out: none does. */
  readonly typeMember?: 'Type'
}

/** Rows by exception. Every service has those that requests meet before they meet an operation. */
export type ErrorCatalogue = { readonly [exception: string]: ErrorRow } & {
  readonly [Front in
    | 'AccessDeniedException'
    | 'ExpiredTokenException'
    | 'IncompleteSignatureException'
    | 'InvalidSignatureException'
    | 'MissingAuthenticationTokenException'
    | 'SerializationException'
    | 'UnknownOperationException'
    | 'UnrecognizedClientException']: ErrorRow
}

/** A request, as far as it can be understood without knowing its service. */
export interface ProtocolRequest {
  readonly protocol: ProtocolName
  /** Undefined where only the body or the address can tell: for a form, and in REST. */
  readonly operation: string | undefined
  readonly method: string
  readonly path: string
  /** What follows `?` in the address. */
  readonly query: string
  readonly headers: RequestHeaders
  readonly body: Uint8Array
}
