/** The media types of the protocol: which ones a request may be in, and which one its answer is in (errors.md §1). */

/** DynamoDB's own; also the type of answers to requests that name none. */
const protocolContentType = 'application/x-amz-json-1.0'
const plainContentType = 'application/json'

/** Whether a body of this type is for an operation to read. */
export function isProtocolType(header: string | undefined): boolean {
  if (header === protocolContentType) return true
  const type = mediaType(header ?? '')
  return type === protocolContentType || type === plainContentType
}

/** The type of the request, if it is one of the protocol's; a charset behind it is not repeated. */
export function answerContentType(header: string | readonly string[] | undefined): string {
  if (header === protocolContentType || typeof header !== 'string') return protocolContentType
  return mediaType(header) === plainContentType ? plainContentType : protocolContentType
}

/** `type/subtype` in lower case, without parameters. */
export function mediaType(header: string): string {
  const semicolon = header.indexOf(';')
  return (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase()
}
