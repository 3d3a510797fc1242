/**
 * What a statement must and must not have in the policy it stands in, and of what form its parts are, in IAM's words
 * (iam-and-sigv4.md §3.1).
 */
import { parseOperator } from './compile-condition.ts'
import { MalformedPolicy, UnknownPrincipal } from './malformed-policy.ts'
import type { PolicyKind, PrincipalEntry, Statement } from './policy-document.ts'

const sidPattern = /^[A-Za-z0-9]*$/
const vendorPattern = /^[A-Za-z0-9-]+$/
const actionNamePattern = /^[A-Za-z0-9*?]+$/
const conditionKeyPattern = /^[^:\s]+:[^:\s].*$/
const principalArn = /^arn:[a-z-]+:(iam|sts)::\d{12}:[^*?]+$/
const principalId = /^(AIDA|AROA)[A-Z0-9]+$/
const accountId = /^\d{12}$/

/** Throws MalformedPolicy. */
export function checkStatement(kind: PolicyKind, statement: Statement): void {
  const { sid, actions, resources, principals, conditions } = statement
  if (sid !== undefined && !sidPattern.test(sid)) {
    throw new MalformedPolicy(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    )
  }
  checkElements(kind, statement)
  for (const action of actions.patterns) checkAction(kind, action)
  for (const resource of resources?.patterns ?? []) checkResource(resource)
  for (const entry of principals?.entries ?? []) checkPrincipal(entry)
  for (const { operator, key } of conditions) {
    // guess: the words for an unknown operator
    if (parseOperator(operator) === undefined) throw new MalformedPolicy(`Invalid Condition type : ${operator}.`)
    if (!conditionKeyPattern.test(key)) throw missingVendor()
  }
}

function checkElements(kind: PolicyKind, { resources, principals }: Statement): void {
  const takesPrincipal = kind === 'resource' || kind === 'trust'
  if (!takesPrincipal && principals !== undefined) throw new MalformedPolicy('Policy document should not specify a principal.')
  if (takesPrincipal && principals === undefined) throw new MalformedPolicy('Missing required field Principal')
  if (kind === 'trust' && resources !== undefined) throw new MalformedPolicy('Has prohibited field Resource')
  if (kind !== 'trust' && resources === undefined) throw new MalformedPolicy('Policy statement must contain resources.')
}

function checkAction(kind: PolicyKind, action: string): void {
  if (action === '*' && kind !== 'trust') return
  const [vendor = '', name, ...more] = action.split(':')
  if (name === undefined) throw missingVendor()
  if (more.length > 0) throw new MalformedPolicy('Actions/Condition can contain only one colon.')
  if (!vendorPattern.test(vendor)) throw new MalformedPolicy(`Vendor ${vendor} is not valid`)
  // guess: the words for characters that no name of an action has
  if (!actionNamePattern.test(name)) throw new MalformedPolicy(`Invalid Action: ${action}`)
  if (kind === 'trust' && vendor.toLowerCase() !== 'sts') {
    throw new MalformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.')
  }
}

function missingVendor(): MalformedPolicy {
  return new MalformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
}

/** `*`, or six components of which the first two say what AWS it is of, and the third of which service. */
function checkResource(resource: string): void {
  if (resource === '*') return
  const [prefix, partition = '', service = '', ...rest] = resource.split(':')
  if (prefix !== 'arn' || rest.length === 0) throw new MalformedPolicy(`Resource ${resource} must be in ARN format or "*".`)
  if (rest.length < 3) throw new MalformedPolicy('The policy failed legacy parsing')
  if (!/^(aws|aws-[a-z-]+|\*)$/.test(partition)) {
    throw new MalformedPolicy(`Partition "${partition}" is not valid for resource "${resource}".`)
  }
  if (service !== '*' && !vendorPattern.test(service)) {
    throw new MalformedPolicy('Resource vendor must be fully qualified and cannot contain regexes.')
  }
}

/** Whether there is such a principal is for those to say who know them. */
function checkPrincipal({ type, name }: PrincipalEntry): void {
  if (type !== 'AWS') return
  if (name === '*' || accountId.test(name) || principalId.test(name) || principalArn.test(name)) return
  throw new UnknownPrincipal(`Invalid principal in policy: "AWS":"${name}"`)
}
