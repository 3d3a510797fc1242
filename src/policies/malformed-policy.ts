/** A policy document that is refused. Each service says it in the exception that it has for it. */

export class MalformedPolicy extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MalformedPolicy'
  }
}

/** For a principal that there cannot be, for which some services have words of their own. */
export class UnknownPrincipal extends MalformedPolicy {}

/** What IAM says of a document that is none, or has what no policy has. */
export function syntaxError(): MalformedPolicy {
  return new MalformedPolicy('Syntax errors in policy.')
}
